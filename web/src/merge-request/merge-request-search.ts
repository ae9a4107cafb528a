import { MergeRequestState } from '@aiops/contract/model/merge-request'
import { asInteger, asOneOf } from '../shell/search.ts'

/** What the list of a repository's requests shows, as it stands in the address. Absent: open ones, page 1. */
export type MergeRequestSearch = { state?: MergeRequestState | 'ALL'; page?: number }

export const requestStates = [...MergeRequestState.options, 'ALL'] as const
export const pageSize = 20

export function readMergeRequestSearch(raw: Record<string, unknown>): MergeRequestSearch {
  const state = asOneOf(raw.state, requestStates)
  const page = asInteger(raw.page, 1, 100_000)
  return { ...(state && state !== 'OPEN' && { state }), ...(page && page > 1 && { page }) }
}

export const mergeRequestQuery = ({ state = 'OPEN', page = 1 }: MergeRequestSearch) => ({
  ...(state !== 'ALL' && { state }),
  ...{ page, page_size: pageSize },
})
