// A process that takes a lock and never gives it back: `lock-holder.ts <lock>`.
import { withLock } from '../session-lock.ts'

const forever = new Int32Array(new SharedArrayBuffer(4))
withLock(process.argv[2]!, () => Atomics.wait(forever, 0, 0))
