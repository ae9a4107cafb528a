import type { Permission } from '@aiops/contract/api/operation'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { WebRoute } from '../../port/web-route.ts'
import type { GitAsked } from '../../service/forge/index.ts'
import { basicPassword } from './credential.ts'
import type { ForgeApiDeps } from './index.ts'

const read: Permission = 'deployments:read'
const write: Permission = 'deployments:write'
/** Of a fetch: what is wanted and had. */
const fetchBytesMax = 16_777_216

/** git shows lines of plain text; without a challenge it never sends the credentials of a URL. */
const refuse: WebRoute['refuse'] = (fault) => ({
  status: fault.status,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    ...(fault.status === 401 ? { 'www-authenticate': 'Basic realm="aiops", charset="UTF-8"' } : {}),
  },
  body: `${fault.code === 'UNAUTHENTICATED' ? 'Send an API key as the password, with any user name.' : fault.message}\n`,
})

/** Clone, fetch and push with stock git: `git clone https://any:<key>@host/git/<project>.git`. */
export function gitRoutes({ forge, identity }: ForgeApiDeps): readonly WebRoute[] {
  const base = { credential: basicPassword, refuse }

  async function answer(
    request: Request,
    caller: Caller,
    asked: Omit<GitAsked, 'headers' | 'body' | 'signal' | 'project'>,
  ) {
    const body = request.method === 'POST' ? new Uint8Array(await request.arrayBuffer()) : null
    const found = await forge.exchange(caller, {
      ...asked,
      ...{
        project: projectOf(request),
        headers: Object.fromEntries(request.headers),
        body,
        signal: request.signal,
      },
    })
    return found
  }
  const responseOf = ({ status, headers, body }: Awaited<ReturnType<typeof answer>>): Response =>
    new Response(body, { status, headers })

  async function advertise(request: Request, caller: Caller): Promise<Response> {
    const service = new URL(request.url).searchParams.get('service')
    if (service !== 'git-upload-pack' && service !== 'git-receive-pack')
      throw new Fault(
        'PERMISSION_DENIED',
        'Only the smart protocol of Git is spoken here; use git 1.6.6 or newer.',
      )
    if (service === 'git-receive-pack' && !caller.permissions.includes(write))
      throw new Fault(
        'PERMISSION_DENIED',
        `${caller.actor} lacks the permission ${write}, which a push needs.`,
      )
    const found = await answer(request, caller, { step: 'ADVERTISE', service })
    found.done.catch(() => undefined)
    return responseOf(found)
  }

  async function push(request: Request, caller: Caller): Promise<Response> {
    const resource = `forge/${projectOf(request)}`
    try {
      const found = await answer(request, caller, { step: 'RECEIVE_PACK', service: 'git-receive-pack' })
      const { refs = [], refused = [] } = found.push ?? {}
      const record = (outcome: 'SUCCESS' | 'DENIED' | 'FAILURE', more: Record<string, unknown> = {}) =>
        identity.audit(caller, 'pushToForge', resource, outcome, { refs, ...more })
      // Before git sends what is large it asks whether it may, with a push of nothing.
      if (refused.length > 0) await record('DENIED', { refused })
      else if (refs.length > 0)
        // Whether git itself took each branch is in its own report, which goes past here.
        found.done
          .then(
            () => record('SUCCESS'),
            (error: unknown) => record('FAILURE', { error: messageOf(error) }),
          )
          .catch(() => undefined)
      return responseOf(found)
    } catch (error) {
      await identity.audit(caller, 'pushToForge', resource, 'FAILURE', { error: messageOf(error) })
      throw error
    }
  }

  return [
    {
      ...{
        ...base,
        methods: ['GET'],
        path: '/git/{project}/info/refs',
        action: 'readForge',
        permission: read,
      },
      ...{ bodyBytesMax: 1_024, summary: 'Branches and tags of a repository, for git.', handle: advertise },
    },
    {
      ...{
        ...base,
        methods: ['POST'],
        path: '/git/{project}/git-upload-pack',
        action: 'readForge',
        permission: read,
      },
      ...{ bodyBytesMax: fetchBytesMax, summary: 'Fetch from a repository, for git.' },
      async handle(request, caller) {
        const found = await answer(request, caller, { step: 'UPLOAD_PACK', service: 'git-upload-pack' })
        found.done.catch(() => undefined)
        return responseOf(found)
      },
    },
    {
      ...{
        ...base,
        methods: ['POST'],
        path: '/git/{project}/git-receive-pack',
        action: 'pushToForge',
        permission: write,
      },
      ...{ bodyBytesMax: forge.pushBytesMax, summary: 'Push to a repository, for git.', handle: push },
    },
  ]
}

/** `/git/<project>.git/…`, with or without the ending. */
function projectOf(request: Request): string {
  const part = new URL(request.url).pathname.split('/')[2] ?? ''
  return part.replace(/\.git$/, '')
}
