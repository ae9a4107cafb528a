import { z } from 'zod'
import { Time } from './model/time.ts'

/**
 * Every operating error of the platform: its HTTP status, whether the sender may try again, and what it means.
 * Codes that name a domain thing are used by that domain alone; docs/reference/errors.md is generated from here.
 */
export const errors = {
  INVALID_REQUEST: {
    status: 400,
    retry: false,
    meaning: 'The request cannot be read: malformed body, bad encoding or a value out of range.',
  },
  INVALID_LABELS: {
    status: 400,
    retry: false,
    meaning: 'A label name or value is not acceptable: empty, duplicated, too long, not UTF-8, or too many.',
  },
  INVALID_SAMPLE: {
    status: 400,
    retry: false,
    meaning: 'A sample is out of the accepted time range or contradicts one already stored.',
  },
  INVALID_PROMQL: {
    status: 400,
    retry: false,
    meaning: 'The PromQL expression cannot be parsed or is not well typed; the message names the place.',
  },
  INVALID_LOGQL: {
    status: 400,
    retry: false,
    meaning: 'The LogQL expression cannot be parsed or is not well typed; the message names the place.',
  },
  INVALID_TRACEQL: {
    status: 400,
    retry: false,
    meaning: 'The TraceQL expression cannot be parsed or is not well typed; the message names the place.',
  },
  UNAUTHENTICATED: { status: 401, retry: false, meaning: 'No valid credential came with the request.' },
  PERMISSION_DENIED: {
    status: 403,
    retry: false,
    meaning: 'The caller may not do this, or not for this tenant.',
  },
  TENANT_UNKNOWN: { status: 403, retry: false, meaning: 'The named tenant does not exist here.' },
  ORIGIN_DENIED: {
    status: 403,
    retry: false,
    meaning: 'The request came from a web page of another origin or for another host name.',
  },
  NOT_FOUND: { status: 404, retry: false, meaning: 'There is no such thing, or not for this tenant.' },
  METHOD_NOT_ALLOWED: { status: 405, retry: false, meaning: 'The path exists, not with this method.' },
  CONFLICT: {
    status: 409,
    retry: false,
    meaning: 'The thing is in a state that does not allow this, or exists already.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    retry: false,
    meaning: 'The body, or what it decompresses to, is larger than the limit.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retry: false,
    meaning: 'The content type or content encoding is not one this path accepts.',
  },
  VALIDATION_FAILED: {
    status: 422,
    retry: false,
    meaning: 'The request was read but a field is missing or wrong; details name it.',
  },
  QUERY_FAILED: {
    status: 422,
    retry: false,
    meaning:
      'The query is well formed but cannot be answered over this data, for example many-to-many matching.',
  },
  QUERY_TOO_LARGE: {
    status: 422,
    retry: false,
    meaning: 'The query would touch or answer more than a query may; the message says what to narrow.',
  },
  RATE_LIMITED: {
    status: 429,
    retry: true,
    meaning: 'Too many requests or samples; try again after Retry-After seconds.',
  },
  QUEUE_FULL: {
    status: 429,
    retry: true,
    meaning:
      'A queue inside is at its limit; nothing of this request was taken. Try again after Retry-After seconds.',
  },
  SERIES_LIMIT: {
    status: 429,
    retry: true,
    meaning: 'The tenant has as many series as it may have; known series are still accepted.',
  },
  INTERNAL: {
    status: 500,
    retry: true,
    meaning: 'A defect in the platform; the log holds it under the trace id.',
  },
  UPSTREAM_FAILED: { status: 502, retry: true, meaning: 'A system behind the platform answered wrongly.' },
  STORAGE_UNAVAILABLE: {
    status: 503,
    retry: true,
    meaning:
      'The store cannot write now (disk full or failing); reads go on. Try again after Retry-After seconds.',
  },
  NOT_READY: { status: 503, retry: true, meaning: 'The platform is starting or stopping.' },
  QUERY_TIMEOUT: { status: 504, retry: true, meaning: 'The query was not answered within its timeout.' },
  CLUSTER_NOT_FOUND: {
    status: 404,
    retry: false,
    meaning: 'There is no such cluster, or not for this caller.',
  },
  CLUSTER_UNREACHABLE: {
    status: 503,
    retry: true,
    meaning: 'None of the clusters that were asked answered; the message names each and why.',
  },
  CLUSTER_NOT_WATCHED: {
    status: 503,
    retry: true,
    meaning:
      'The inside of this cluster is not watched, or not known yet; the message says why and what to do.',
  },
  NO_GPU_NODES: { status: 404, retry: false, meaning: 'No GPU is known there.' },
  CLUSTER_ALREADY_EXISTS: {
    status: 409,
    retry: false,
    meaning: 'A cluster of this name exists already, here or in a document.',
  },
  INVALID_CLUSTER_NAME: {
    status: 400,
    retry: false,
    meaning:
      'The name of a cluster has 3 to 63 lower-case letters, digits and dashes, and neither begins nor ends with a dash.',
  },
  CREDENTIALS_INVALID: {
    status: 400,
    retry: false,
    meaning: 'The credentials cannot be used or are refused by the cluster; the message says what is wrong.',
  },
  CREDENTIALS_NOT_FOUND: {
    status: 404,
    retry: false,
    meaning: 'No credentials are stored for this cluster.',
  },
  DISCOVERY_FAILED: {
    status: 500,
    retry: true,
    meaning: 'The cluster answered, but not with what tells its version and capabilities.',
  },
  LOKI_NOT_AVAILABLE: { status: 503, retry: true, meaning: 'No cluster that was asked has logs to query.' },
  TEMPO_NOT_AVAILABLE: {
    status: 503,
    retry: true,
    meaning: 'No cluster that was asked has traces to query.',
  },
  SESSION_NOT_FOUND: {
    status: 404,
    retry: false,
    meaning: "There is no such conversation, or it is somebody else's and not shared.",
  },
  SESSION_EXPIRED: {
    status: 410,
    retry: false,
    meaning: 'The conversation has ended: nothing was said for 24 hours, or it began 7 days ago.',
  },
  PERSONA_NOT_FOUND: {
    status: 404,
    retry: false,
    meaning: 'There is no such persona, or not for this caller.',
  },
  PERSONA_READONLY: {
    status: 403,
    retry: false,
    meaning: "A built-in persona, or somebody else's, cannot be changed; copy it.",
  },
  MODEL_NOT_AVAILABLE: {
    status: 503,
    retry: true,
    meaning: 'The language model that was named does not exist here, or may not be asked.',
  },
  TOOL_EXECUTION_FAILED: {
    status: 500,
    retry: true,
    meaning: 'A tool failed and the turn could not be finished.',
  },
  CONTEXT_TOO_LARGE: {
    status: 400,
    retry: false,
    meaning: 'The conversation has as many messages as one may have; begin another.',
  },
  ANOMALY_DETECTION_FAILED: {
    status: 500,
    retry: true,
    meaning: 'Anomalies could not be looked for; the message says why.',
  },
  TIMEOUT: { status: 504, retry: true, meaning: 'The answer did not come in time.' },
  PLAN_FAILED: {
    status: 422,
    retry: false,
    meaning:
      "The infrastructure code cannot be planned or applied, or may not be run here; the message holds the engine's own first error.",
  },
  CONFIG_INVALID: {
    status: 500,
    retry: false,
    meaning: 'The configuration cannot be used; the message names the setting.',
  },
} as const

export type ErrorCode = keyof typeof errors
export const errorCodes = Object.keys(errors) as ErrorCode[]

/** The one form of every error body. */
export const ErrorBody = z.object({
  error: z.object({
    code: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    trace_id: z.string(),
    timestamp: Time,
  }),
})
export type ErrorBody = z.infer<typeof ErrorBody>
