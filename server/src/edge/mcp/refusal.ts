import type { Fault } from '../../kernel/fault.ts'

/** A refusal as MCP hosts read it: an HTTP status and a JSON-RPC error without an id. */
export const refusal = (
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Response =>
  new Response(bodyOf(code, message), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })

/** Of what the gateway refuses; the challenge tells where the resource is described (RFC 9728 §5.1, RFC 6750 §3). */
export function refusalOf(
  fault: Fault,
  metadataUrl: string,
  scope: string,
  shown: boolean,
): { status: number; headers: Record<string, string>; body: string } {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (fault.code === 'UNAUTHENTICATED')
    headers['www-authenticate'] =
      `Bearer ${shown ? 'error="invalid_token", ' : ''}resource_metadata="${metadataUrl}", scope="${scope}"`
  if (fault.code === 'PERMISSION_DENIED') headers['www-authenticate'] = insufficientScope(metadataUrl, scope)
  return { status: fault.status, headers, body: bodyOf(-32_000, fault.message, { code: fault.code }) }
}

export const insufficientScope = (metadataUrl: string, scope: string): string =>
  `Bearer error="insufficient_scope", scope="${scope}", resource_metadata="${metadataUrl}"`

const bodyOf = (code: number, message: string, data?: object): string =>
  JSON.stringify({ jsonrpc: '2.0', error: { code, message, ...(data ? { data } : {}) }, id: null })
