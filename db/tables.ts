// All tables, for what is done with each of them.

export * from './schema-books.ts'
export * from './schema-carts.ts'
export * from './schema-orders.ts'
export * from './schema-password-resets.ts'
export * from './schema-sessions.ts'
export * from './schema.ts'
