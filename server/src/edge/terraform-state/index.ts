/** The http backend of OpenTofu and Terraform, in the paths of GitLab: states and their locks. */

import { createHash } from 'node:crypto'
import type { Permission } from '@aiops/contract/api/operation'
import { Fault } from '../../kernel/fault.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { StateKey } from '../../port/state-repository.ts'
import type { HeldLock, TerraformState, TerraformStates } from '../../port/terraform-states.ts'
import type { WebRoute } from '../../port/web-route.ts'

export type TerraformStateApiDeps = {
  states: TerraformStates
  /** Bytes of one state. */
  sizeBytesMax: number
}

const statePath = '/api/v4/projects/{project}/terraform/state/{name}'
const lockBytesMax = 65_536
/** A state holds secrets in the clear, so that who reads it needs the right to change what it describes. */
const permission: Permission = 'deployments:write'

/**
 * GET, POST and DELETE of a state, POST and DELETE of its lock (`lock_method=POST`, `unlock_method=DELETE`), GET of a former version. An API
 * key as a bearer token or as the password of basic authentication, whatever the user. A lock of another's is answered 423 with its
 * information, as HashiCorp's http backend reads it.
 */
export function terraformStateRoutes({ states, sizeBytesMax }: TerraformStateApiDeps): readonly WebRoute[] {
  const base = { permission, credential: basicPassword }
  return [
    {
      ...{
        ...base,
        methods: ['GET'],
        path: statePath,
        action: 'readTerraformState',
        bodyBytesMax: lockBytesMax,
      },
      summary: 'A Terraform state.',
      handle: async (request, caller) => {
        const state = await states.read(keyOf(request, caller))
        return state ? contentOf(state) : new Response(null, { status: 404 })
      },
    },
    {
      ...{ ...base, methods: ['POST'], path: statePath, action: 'writeTerraformState' },
      ...{ bodyBytesMax: sizeBytesMax, summary: 'Stores a Terraform state.' },
      handle: async (request, caller) => {
        const body = new Uint8Array(await request.arrayBuffer())
        checkMd5(request, body)
        const by = { actor: caller.actor, lockId: lockIdOf(request) }
        return locked(await states.write(keyOf(request, caller), body, by))
      },
    },
    {
      ...{
        ...base,
        methods: ['DELETE'],
        path: statePath,
        action: 'deleteTerraformState',
        bodyBytesMax: lockBytesMax,
      },
      summary: 'Deletes a Terraform state; its versions are kept.',
      handle: async (request, caller) => {
        const by = { actor: caller.actor, lockId: lockIdOf(request) }
        return locked(await states.delete(keyOf(request, caller), by))
      },
    },
    {
      ...{ ...base, methods: ['POST'], path: `${statePath}/lock`, action: 'lockTerraformState' },
      ...{ bodyBytesMax: lockBytesMax, summary: 'Locks a Terraform state.' },
      handle: async (request, caller) =>
        locked(
          await states.lock(
            keyOf(request, caller),
            new Uint8Array(await request.arrayBuffer()),
            caller.actor,
          ),
        ),
    },
    {
      ...{ ...base, methods: ['DELETE'], path: `${statePath}/lock`, action: 'unlockTerraformState' },
      ...{ bodyBytesMax: lockBytesMax, summary: 'Unlocks a Terraform state; without a body by force.' },
      handle: async (request, caller) =>
        locked(
          await states.unlock(
            keyOf(request, caller),
            new Uint8Array(await request.arrayBuffer()),
            caller.actor,
          ),
        ),
    },
    {
      ...{ ...base, methods: ['GET'], path: `${statePath}/versions/{number}`, bodyBytesMax: lockBytesMax },
      ...{ action: 'readTerraformState', summary: 'A former version of a Terraform state.' },
      handle: async (request, caller) => {
        const number = Number(partsOf(request)[3] ?? '')
        if (!Number.isSafeInteger(number)) throw new Fault('INVALID_REQUEST', 'A version has a number.')
        return contentOf(await states.readVersion(keyOf(request, caller), number))
      },
    },
  ]
}

const locked = (outcome: HeldLock | undefined): Response =>
  outcome
    ? new Response(outcome.held.info, { status: 423, headers: { 'content-type': 'application/json' } })
    : new Response(null, { status: 200 })

const contentOf = ({ body }: TerraformState): Response =>
  new Response(new Uint8Array(body), {
    status: 200,
    headers: {
      ...{ 'content-type': 'application/json', 'cache-control': 'no-store' },
      // RFC 1864, which the backend checks.
      'content-md5': createHash('md5').update(body).digest('base64'),
    },
  })

function checkMd5(request: Request, body: Uint8Array): void {
  const said = request.headers.get('content-md5')
  if (said !== null && said !== createHash('md5').update(body).digest('base64'))
    throw new Fault(
      'INVALID_REQUEST',
      'The body is not what its Content-MD5 says: it was cut off or changed.',
    )
}

/** Of the lock under which it writes. */
const lockIdOf = (request: Request): string | null => new URL(request.url).searchParams.get('ID') || null

/** `{project}`, `state`'s `{name}`, and what follows; each decoded by itself, so that a slash within stays within. */
function partsOf(request: Request): string[] {
  const [project = '', , , name = '', ...rest] = new URL(request.url).pathname.split('/').slice(4)
  try {
    return [project, name, ...rest].map(decodeURIComponent)
  } catch {
    throw new Fault('INVALID_REQUEST', 'The path is not encoded as a URL should be.')
  }
}

function keyOf(request: Request, { tenant }: Caller): StateKey {
  const [project = '', name = ''] = partsOf(request)
  if (!/^[\w.~ /-]{1,200}$/.test(project) || !/^[\w.~ -]{1,200}$/.test(name))
    throw new Fault(
      'INVALID_REQUEST',
      'Projects and states have up to 200 letters, digits, ".", "-" and "_".',
    )
  return { tenant, project, name }
}

/** The password of basic authentication (RFC 7617); undefined where none came. */
export function basicPassword(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]{1,2048})$/i.exec(headers.authorization ?? '')?.[1]
  const text = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8')
  return text?.includes(':') ? text.slice(text.indexOf(':') + 1) : undefined
}
