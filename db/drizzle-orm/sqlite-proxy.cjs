module.exports = require('drizzle-orm/sqlite-proxy')
