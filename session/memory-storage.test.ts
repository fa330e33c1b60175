import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { describeSessionStorage } from 'remix/session/testing'

describeSessionStorage('memory storage', (limits) => createMemorySessionStorage(limits))
