module.exports = require('drizzle-orm/pg-proxy')
