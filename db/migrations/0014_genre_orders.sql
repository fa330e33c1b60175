CREATE INDEX `books_genre_title` ON `books` (`genre`,`title_key`) WHERE "books"."retired_at" is null;--> statement-breakpoint
CREATE INDEX `books_genre_author` ON `books` (`genre`,`author_key`,`title_key`) WHERE "books"."retired_at" is null;--> statement-breakpoint
CREATE INDEX `books_genre_price` ON `books` (`genre`,`price_cents`,`title_key`) WHERE "books"."retired_at" is null;