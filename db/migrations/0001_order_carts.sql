ALTER TABLE `books` ADD `form_key` text;--> statement-breakpoint
CREATE UNIQUE INDEX `books_form_key` ON `books` (`form_key`);--> statement-breakpoint
ALTER TABLE `orders` ADD `cart_id` text;--> statement-breakpoint
ALTER TABLE `orders` ADD `cart_taken` text;--> statement-breakpoint
CREATE INDEX `orders_cart` ON `orders` (`cart_id`);