CREATE TABLE `books` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`slug` text NOT NULL,
	`title` text NOT NULL,
	`author` text NOT NULL,
	`genre` text NOT NULL,
	`description` text NOT NULL,
	`year` integer NOT NULL,
	`pages` integer NOT NULL,
	`price_cents` integer NOT NULL,
	`stock` integer NOT NULL,
	`featured` integer DEFAULT false NOT NULL,
	`search_text` text NOT NULL,
	`retired_at` integer,
	`created_at` integer NOT NULL,
	CONSTRAINT "books_price" CHECK("books"."price_cents" >= 0),
	CONSTRAINT "books_stock" CHECK("books"."stock" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `books_slug_unique` ON `books` (`slug`);--> statement-breakpoint
CREATE INDEX `books_genre` ON `books` (`genre`) WHERE "books"."retired_at" is null;--> statement-breakpoint
CREATE INDEX `books_title` ON `books` ("title" collate nocase) WHERE "books"."retired_at" is null;--> statement-breakpoint
CREATE INDEX `books_author` ON `books` ("author" collate nocase,"title" collate nocase) WHERE "books"."retired_at" is null;--> statement-breakpoint
CREATE INDEX `books_price_title` ON `books` (`price_cents`,"title" collate nocase) WHERE "books"."retired_at" is null;--> statement-breakpoint
CREATE INDEX `books_featured` ON `books` (`id`) WHERE "books"."featured" = 1 and "books"."retired_at" is null;--> statement-breakpoint
CREATE TABLE `logins` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`user_agent` text NOT NULL,
	`remembered` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `logins_user` ON `logins` (`user_id`);--> statement-breakpoint
CREATE TABLE `order_lines` (
	`order_id` integer NOT NULL,
	`book_id` integer NOT NULL,
	`title` text NOT NULL,
	`price_cents` integer NOT NULL,
	`quantity` integer NOT NULL,
	PRIMARY KEY(`order_id`, `book_id`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`book_id`) REFERENCES `books`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_lines_quantity" CHECK("order_lines"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE `orders` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`checkout_key` text NOT NULL,
	`total_cents` integer NOT NULL,
	`name` text NOT NULL,
	`address` text NOT NULL,
	`city` text NOT NULL,
	`postcode` text NOT NULL,
	`country` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `orders_user` ON `orders` (`user_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `orders_checkout_key` ON `orders` (`user_id`,`checkout_key`);--> statement-breakpoint
CREATE TABLE `password_resets` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `password_resets_token` ON `password_resets` (`token_hash`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`password_hash` text NOT NULL,
	`role` text DEFAULT 'reader' NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`);