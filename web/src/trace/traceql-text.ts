import type { TraceFilter } from './use-traces.ts'

/** What the simple search asks, in TraceQL: a service and an operation of one span, a failed span anywhere in the trace. */
export function traceqlOf({ service, operation, slowMs, errorsOnly }: TraceFilter): string {
  const conditions = [
    ...(service ? [`resource.service.name = ${JSON.stringify(service)}`] : []),
    ...(operation ? [`name =~ ${JSON.stringify(`.*${escaped(operation)}.*`)}`] : []),
    ...(slowMs ? [`traceDuration >= ${slowMs}ms`] : []),
  ]
  if (!errorsOnly) return conditions.length === 0 ? '{ }' : `{ ${conditions.join(' && ')} }`
  if (conditions.length === 0) return '{ status = error }'
  return `{ ${conditions.join(' && ')} } && { status = error }`
}

/** RE2's signs, which stand for themselves here. */
const escaped = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
