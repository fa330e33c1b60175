CREATE TABLE `cart_items` (
	`user_id` integer NOT NULL,
	`book_id` integer NOT NULL,
	`quantity` integer NOT NULL,
	`price_seen` integer NOT NULL,
	`form_key` text,
	PRIMARY KEY(`user_id`, `book_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`book_id`) REFERENCES `books`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "cart_items_quantity" CHECK("cart_items"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE `joined_carts` (
	`cart_id` text PRIMARY KEY NOT NULL,
	`taken` text NOT NULL,
	`joined_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `joined_carts_joined` ON `joined_carts` (`joined_at`);