CREATE TABLE "cart_items" (
	"user_id" bigint NOT NULL,
	"book_id" bigint NOT NULL,
	"quantity" bigint NOT NULL,
	"price_seen" bigint NOT NULL,
	"form_key" text collate "C",
	CONSTRAINT "cart_items_user_id_book_id_pk" PRIMARY KEY("user_id","book_id"),
	CONSTRAINT "cart_items_quantity" CHECK ("cart_items"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "joined_carts" (
	"cart_id" text collate "C" PRIMARY KEY NOT NULL,
	"taken" json NOT NULL,
	"joined_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "cart_items" ADD CONSTRAINT "cart_items_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cart_items" ADD CONSTRAINT "cart_items_book_id_books_id_fk" FOREIGN KEY ("book_id") REFERENCES "public"."books"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "joined_carts_joined" ON "joined_carts" USING btree ("joined_at");