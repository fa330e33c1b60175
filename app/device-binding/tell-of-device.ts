import type { AppContext } from '../context.ts'
import type { Notice } from '../ui/notices.ts'
import { DeviceNotes } from './bind-to-device.ts'

/** What the login page tells, with why the login that there is does not count. */
export function tellOfDevice(context: AppContext, notice: Notice | undefined): Notice | undefined {
  if (!context.get(DeviceNotes).stale) return notice
  const text = `${withoutProof} ${notice?.text ?? 'Please log in again.'}`
  return { kind: 'error', text }
}

const withoutProof = 'Your browser could not prove that it is on the device on which you logged in.'
