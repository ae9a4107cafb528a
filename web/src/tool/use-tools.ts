import { ApiError } from '@aiops/contract/client'
import { useQuery } from '@tanstack/react-query'
import { fetchWithKey } from '../shell/session.ts'
import { createMcpClient, McpError } from './mcp-client.ts'

/** The platform's own MCP server, at the origin that served this page. */
export const mcp = createMcpClient('/mcp', fetchWithKey)

export const useMcpTools = () =>
  useQuery({
    queryKey: ['mcp-tools'],
    queryFn: ({ signal }) => mcp.listTools(signal).catch(rethrown),
    staleTime: 300_000,
    retry: 1,
  })

/** As the rest of the app tells of failures. */
function rethrown(error: unknown): never {
  if (!(error instanceof McpError)) throw error
  const { status } = error
  const code =
    status === 401 ? 'UNAUTHENTICATED' : status === 403 ? 'PERMISSION_DENIED' : ('UPSTREAM_FAILED' as const)
  const message =
    status === 404 || status === 405
      ? 'This server has nothing at /mcp: the setting mcp.enabled is off, or a proxy keeps the path.'
      : error.message
  throw new ApiError(status, { code, message, trace_id: '', timestamp: '' })
}
