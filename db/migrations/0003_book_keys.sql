DROP INDEX `books_title`;--> statement-breakpoint
DROP INDEX `books_author`;--> statement-breakpoint
DROP INDEX `books_price_title`;--> statement-breakpoint
ALTER TABLE `books` ADD `title_key` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `books` ADD `author_key` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `books` ADD `search_title` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `books` ADD `search_author` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `books` ADD `search_genre` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `books` ADD `search_description` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `books_title` ON `books` (`title_key`) WHERE "books"."retired_at" is null;--> statement-breakpoint
CREATE INDEX `books_author` ON `books` (`author_key`,`title_key`) WHERE "books"."retired_at" is null;--> statement-breakpoint
CREATE INDEX `books_price_title` ON `books` (`price_cents`,`title_key`) WHERE "books"."retired_at" is null;--> statement-breakpoint
ALTER TABLE `books` DROP COLUMN `search_text`;