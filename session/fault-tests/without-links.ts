// Makes links as impossible as they are on FAT, for a process that is started with `--import` of this.
import fs from 'node:fs'

function refuse(): never {
  throw Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' })
}

fs.linkSync = refuse
fs.symlinkSync = refuse
