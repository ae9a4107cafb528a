import type { Fault } from '../../kernel/fault.ts'
import type { IngestReply } from '../../pipeline/ingest/index.ts'

const json = { 'content-type': 'application/json' }

export type Remarks = { warnings?: readonly string[]; infos?: readonly string[] }

/** `data` is JSON already: answers may be large, and their numbers are written in a form of their own. */
export function success(data: string, { warnings = [], infos = [] }: Remarks = {}): IngestReply {
  const lists = [['warnings', warnings] as const, ['infos', infos] as const]
    .filter(([, texts]) => texts.length > 0)
    .map(([name, texts]) => `,"${name}":${JSON.stringify(texts)}`)
  return { status: 200, headers: json, body: `{"status":"success","data":${data}${lists.join('')}}` }
}

export const answer = (data: unknown, remarks?: Remarks): IngestReply =>
  success(JSON.stringify(data), remarks)

/** The error types of Prometheus (`web/api/v1/api.go`) and the statuses that go with them. */
const types: Readonly<Record<string, number>> = {
  bad_data: 400,
  execution: 422,
  timeout: 503,
  canceled: 499,
  unavailable: 503,
  not_found: 404,
  not_acceptable: 406,
}

/** Prometheus' error form. What it has no type for keeps its own status. */
export function refusal(fault: Fault): IngestReply {
  const type = typeOf(fault)
  const status = types[type] ?? fault.status
  return {
    status: keptStatuses.has(fault.status) ? fault.status : status,
    headers: json,
    body: JSON.stringify({ status: 'error', errorType: type, error: fault.message }),
  }
}

const keptStatuses = new Set([401, 403, 404, 405, 413, 415, 429])

function typeOf({ code, status }: Fault): string {
  if (code === 'QUERY_FAILED' || code === 'QUERY_TOO_LARGE') return 'execution'
  if (code === 'QUERY_TIMEOUT' || code === 'TIMEOUT') return 'timeout'
  if (status === 404) return 'not_found'
  if (status === 503 || status === 429) return 'unavailable'
  return status >= 500 ? 'internal' : 'bad_data'
}
