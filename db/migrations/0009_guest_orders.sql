PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_orders` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer,
	`checkout_key` text NOT NULL,
	`email` text,
	`link_expires_at` integer,
	`total_cents` integer NOT NULL,
	`name` text NOT NULL,
	`address` text NOT NULL,
	`city` text NOT NULL,
	`postcode` text NOT NULL,
	`country` text NOT NULL,
	`cart_id` text,
	`cart_taken` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_orders`("id", "user_id", "checkout_key", "total_cents", "name", "address", "city", "postcode", "country", "cart_id", "cart_taken", "created_at") SELECT "id", "user_id", "checkout_key", "total_cents", "name", "address", "city", "postcode", "country", "cart_id", "cart_taken", "created_at" FROM `orders`;--> statement-breakpoint
DROP TABLE `orders`;--> statement-breakpoint
ALTER TABLE `__new_orders` RENAME TO `orders`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `orders_user` ON `orders` (`user_id`);--> statement-breakpoint
CREATE INDEX `orders_cart` ON `orders` (`cart_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `orders_guest_link` ON `orders` (`checkout_key`) WHERE "orders"."email" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `orders_checkout_key` ON `orders` (`user_id`,`checkout_key`);