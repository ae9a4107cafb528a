import type { StoredMergeRequest } from '../../port/forge-repository.ts'
import type { HookEvent } from './hook-payload.ts'
import type { ForgeDeps } from './index.ts'
import type { Serial } from './serial.ts'

/** What everything around merge requests stands on. */
export type RequestParts = ForgeDeps & {
  serial: Serial
  login: string
  tell(tenant: string, project: string, event: HookEvent): void
}

export type ReviewParts = RequestParts & {
  must(tenant: string, project: string, number: number): Promise<StoredMergeRequest>
  change(...given: Parameters<RequestParts['records']['changeRequest']>): Promise<StoredMergeRequest>
}
