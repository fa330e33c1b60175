import { fetchPeers } from './fetch-peers.ts'
import { httpPeers } from './http-peers.ts'
import { ours } from './ours.ts'
import type { Candidate } from './peer.ts'

/** All that are compared, in the order of the table. */
export const candidates: Candidate[] = [...ours, ...fetchPeers, ...httpPeers]
