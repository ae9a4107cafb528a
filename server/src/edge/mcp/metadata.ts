import { type Permission, permissions } from '@aiops/contract/api/operation'
import type { WebRoute } from '../../port/web-route.ts'

/** What it takes to use the protocol at all; each tool and resource takes its own beside it. */
export const basePermission: Permission = 'chat:read'

const wellKnown = '/.well-known/oauth-protected-resource'

/** Of the resource `/mcp` (RFC 9728 §3.1: the well-known part comes before the path). */
export const metadataUrlOf = (publicUrl: string, host: string | undefined): string =>
  `${originOf(publicUrl, host)}${wellKnown}/mcp`

/** OAuth protected resource metadata: which tokens `/mcp` takes. The keys are the platform's own; nobody else's token is accepted or passed on. */
export function metadataRoutes(publicUrl: () => string): WebRoute[] {
  const handle = async (request: Request): Promise<Response> => {
    const origin = originOf(publicUrl(), request.headers.get('host') ?? undefined)
    return Response.json({
      resource: `${origin}/mcp`,
      resource_name: 'AIOps NextGen',
      bearer_methods_supported: ['header'],
      scopes_supported: permissions,
      resource_documentation: `${origin}/docs`,
    })
  }
  return [wellKnown, `${wellKnown}/mcp`].map((path) => ({
    methods: ['GET'],
    path,
    summary: 'OAuth protected resource metadata of /mcp (RFC 9728).',
    action: 'mcp',
    permission: null,
    bodyBytesMax: 1_024,
    handle,
  }))
}

const originOf = (publicUrl: string, host: string | undefined): string => {
  const asked = `http://${host ?? 'localhost'}`
  return (publicUrl || (URL.canParse(asked) ? new URL(asked).origin : 'http://localhost')).replace(/\/+$/, '')
}
