ALTER TABLE "orders" ALTER COLUMN "user_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "email" text collate "C";--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "link_expires_at" bigint;--> statement-breakpoint
CREATE UNIQUE INDEX "orders_guest_link" ON "orders" USING btree ("checkout_key") WHERE "orders"."email" is not null;