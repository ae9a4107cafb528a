import type { Matcher } from '@aiops/contract/model/label'
import { selectorText } from './selector-text.ts'

/** Which labels name a service and a failure, by who names them: OpenTelemetry, and the same as Prometheus writes it. */
const namings = [
  {
    histogram: 'http.server.request.duration',
    services: ['service.name'],
    status: 'http.response.status_code',
    errorType: 'error.type',
  },
  {
    histogram: 'http_server_request_duration_seconds',
    services: ['service_name', 'service', 'job'],
    status: 'http_response_status_code',
    errorType: 'error_type',
  },
] as const

/** Where the requests of a service are counted, the most exact first: HTTP histograms of the conventions, then what its spans say. */
export function requestSources(service: string): {
  errors: { total: string; bad: string }[]
  latencies: (readonly Matcher[])[]
} {
  const errors: { total: string; bad: string }[] = []
  const latencies: (readonly Matcher[])[] = []
  for (const { histogram, services, status, errorType } of namings)
    for (const label of services) {
      const own: Matcher = { name: label, op: '=', value: service }
      latencies.push([{ name: '__name__', op: '=', value: histogram }, own])
      const failed: Matcher[][] = [
        [own, { name: status, op: '=~', value: '5..' }],
        // A status decides where there is one.
        [own, { name: status, op: '=', value: '' }, { name: errorType, op: '!=', value: '' }],
      ]
      const classic = (matchers: readonly Matcher[]): string =>
        `increase(${selectorText(`${histogram}_count`, matchers)}[1m] anchored)`
      errors.push({ total: `sum(${classic([own])})`, bad: `sum(${failed.map(classic).join(' or ')})` })
      const native = (matchers: readonly Matcher[]): string =>
        `histogram_count(sum(increase(${selectorText(histogram, matchers)}[1m] anchored)))`
      errors.push({ total: native([own]), bad: native(failed[0] as Matcher[]) })
    }
  const spans = (metric: string): string =>
    `avg_over_time(${selectorText(metric, [{ name: 'service.name', op: '=', value: service }])}[1m])`
  const rate = spans('traces.span.rate')
  errors.push({
    total: `sum(${rate}) * 60`,
    bad: `sum(${rate} * ${spans('traces.span.error_ratio')}) * 60`,
  })
  return { errors, latencies }
}
