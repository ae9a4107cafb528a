import { Fault } from '../kernel/fault.ts'

/** A kind of object as the API names it: `apps`/`v1`/`deployments`/`Deployment`. The core group is ''. */
export type ResourceType = {
  group: string
  version: string
  plural: string
  kind: string
  namespaced: boolean
}
/** A type that the API server serves, with what may be done to it (`list`, `watch`, …). */
export type ServedResource = ResourceType & { verbs: readonly string[] }

/** One object as it came. The API server is believed about nothing: whoever reads a field checks it. */
export type RawObject = Readonly<Record<string, unknown>>

export type Selection = {
  /** Left out: all namespaces. */
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
  /** PartialObjectMetadata: without spec, status and data. */
  metadataOnly?: boolean
}
export type ListAsk = Selection & {
  /** Objects in a page. */
  limit: number
  continue?: string
  /** '0': whatever the API server's cache holds; left out: as it is now. */
  resourceVersion?: string
  signal?: AbortSignal
}
export type ListPage = { items: RawObject[]; resourceVersion: string; continue: string | undefined }

export type WatchAsk = Selection & {
  /** Where a list or an earlier watch ended. With `sendInitialEvents`, '' for "as it is now". */
  resourceVersion: string
  /** WatchList: what there is comes first, as ADDED, then a bookmark whose `initialEventsEnd` is true. */
  sendInitialEvents?: boolean
  /** After which the API server ends the watch. */
  timeoutSeconds: number
  signal?: AbortSignal
}
export type ClusterWatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: RawObject; resourceVersion: string }
  | { type: 'BOOKMARK'; resourceVersion: string; initialEventsEnd: boolean }

export type LogAsk = {
  namespace: string
  pod: string
  /** Needed where the pod has several. */
  container?: string
  follow?: boolean
  /** Of the container's last run before this one. */
  previous?: boolean
  /** ISO 8601; lines at or after. */
  sinceTime?: string
  tailLines?: number
  limitBytes?: number
  /** Each line begins with its time, RFC 3339 with nanoseconds. */
  timestamps?: boolean
  signal?: AbortSignal
}

export type ExecAsk = {
  namespace: string
  pod: string
  container?: string
  command: readonly string[]
  timeoutMs: number
  /** Of stdout and stderr together. */
  bytesMax: number
  signal?: AbortSignal
}
export type ExecAnswer = { stdout: string; stderr: string; exitCode: number }

/** What one would like to do; asked with a SelfSubjectAccessReview. */
export type AccessAsk = {
  verb: string
  group: string
  resource: string
  subresource?: string
  namespace?: string
}

export type ClusterVersion = { gitVersion: string; major: string; minor: string; platform: string }

/**
 * One cluster's API server (https://kubernetes.io/docs/reference/using-api/api-concepts/). Reading only: there is no call here that
 * changes an object. Every call may be repeated. Throws `ClusterApiFailure` for what the API server says, and the Faults of
 * `HttpClient` where it was not reached. An object is at most 16 MiB, a page of a list at most 64 MiB.
 */
export interface ClusterApi {
  version(signal?: AbortSignal): Promise<ClusterVersion>
  /** What it serves, in the preferred version of each group. A group whose server is down is left out and named in `missing`. */
  resources(signal?: AbortSignal): Promise<{ resources: ServedResource[]; missing: string[] }>
  list(type: ResourceType, ask: ListAsk): Promise<ListPage>
  /** Resolves once the watch is open; ends when the API server ends it. Throws GONE where `resourceVersion` is not kept any more, also while it is read. */
  watch(type: ResourceType, ask: WatchAsk): Promise<AsyncIterable<ClusterWatchEvent>>
  get(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
    signal?: AbortSignal,
  ): Promise<RawObject>
  /** Any other path, as `/apis/metrics.k8s.io/v1beta1/pods`, at most `bytesMax` bytes. */
  read(path: string, bytesMax: number, signal?: AbortSignal): Promise<unknown>
  /** Bytes as the kubelet sends them. With `follow` it ends when the container does, or its file is rotated. */
  logs(ask: LogAsk): Promise<AsyncIterable<Uint8Array>>
  /** Runs a command in a container, without a terminal and without input (`v5.channel.k8s.io`, else v4, over WebSocket). */
  exec(ask: ExecAsk): Promise<ExecAnswer>
  /** For each, whether it is allowed; null where the API server does not say. */
  allowed(asks: readonly AccessAsk[], signal?: AbortSignal): Promise<(boolean | null)[]>
}

/** What an API server refused, and why: its `Status`. */
export class ClusterApiFailure extends Fault {
  /** HTTP status, or the `code` of a Status within a watch. */
  readonly httpStatus: number
  /** As `Expired`, `Forbidden`, `NotFound`; '' where it does not say. */
  readonly reason: string
  /** Of Retry-After; undefined where it does not say. */
  readonly retryAfterMs: number | undefined
  constructor(httpStatus: number, reason: string, sentence: string, retryAfterMs?: number) {
    super(codeOf(httpStatus), sentence, { retryAfterSeconds: Math.ceil((retryAfterMs ?? 1_000) / 1_000) })
    this.httpStatus = httpStatus
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
  /** The version asked for is not kept any more: list anew. */
  get isGone(): boolean {
    return this.httpStatus === 410
  }
}

function codeOf(
  status: number,
): 'CREDENTIALS_INVALID' | 'PERMISSION_DENIED' | 'NOT_FOUND' | 'UPSTREAM_FAILED' {
  if (status === 401) return 'CREDENTIALS_INVALID'
  if (status === 403) return 'PERMISSION_DENIED'
  return status === 404 ? 'NOT_FOUND' : 'UPSTREAM_FAILED'
}
