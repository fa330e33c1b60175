import SqliteDatabase from 'better-sqlite3'

const client = new SqliteDatabase(process.argv[2])
client.exec('begin immediate')
process.once('disconnect', () => {
  client.exec('rollback')
  client.close()
})
process.send!('locked')
