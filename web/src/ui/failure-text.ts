import { ApiError } from '@aiops/contract/client'

/** What went wrong and what to do, in words. */
export function failureText(
  error: unknown,
  origin: string,
): { title: string; advice: string; detail: string } {
  if (error instanceof ApiError) {
    const detail = `${error.code} · ${error.status}${error.traceId ? ` · trace ${error.traceId}` : ''}`
    return { title: error.message, advice: adviceFor(error), detail }
  }
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return {
      title: 'The server did not answer in 30 seconds.',
      advice: 'It may be overloaded. Narrow the time range or try again.',
      detail: '',
    }
  if (error instanceof TypeError && /module/i.test(error.message))
    return {
      title: 'A part of this page is no longer on the server.',
      advice: 'A newer version was probably installed. Reload the page.',
      detail: error.message,
    }
  // Chromium, Firefox, Safari; other type errors are defects of the page.
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message))
    return {
      title: `The server at ${origin} cannot be reached.`,
      advice: 'Check that it runs (npm start); this page picks up by itself once it answers.',
      detail: '',
    }
  return {
    title: 'Something went wrong in this page.',
    advice: 'Reload it; if it happens again, report it.',
    detail: String(error),
  }
}

const queryCodes = ['INVALID_PROMQL', 'INVALID_LOGQL', 'INVALID_TRACEQL', 'QUERY_FAILED']

function adviceFor(error: ApiError): string {
  if (queryCodes.includes(error.code)) return 'Change the query.'
  if (error.code === 'QUERY_TOO_LARGE' || error.code === 'QUERY_TIMEOUT')
    return 'Narrow the query: fewer series or streams, or a shorter range.'
  if (error.code === 'CLUSTER_UNREACHABLE' || error.code === 'LOKI_NOT_AVAILABLE')
    return 'Ask other clusters, or look at Sources for what is wrong with these.'
  if (error.status === 404) return 'It may have been removed, or belong to another tenant.'
  if (error.status === 401 || error.status === 403) return 'Ask an administrator for access.'
  if (error.status === 429 || error.status === 503)
    return 'The server is busy or starting. Try again in a few seconds.'
  if (error.status < 500)
    return (
      error.details.map((d) => `${d.path}: ${d.message}`).join('; ') || 'Change the filter or the selector.'
    )
  return "Try again. The server's log has more under the trace id."
}
