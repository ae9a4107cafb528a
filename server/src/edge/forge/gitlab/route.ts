import type { Permission } from '@aiops/contract/api/operation'
import type { z } from 'zod'
import { Fault, isFault, messageOf } from '../../../kernel/fault.ts'
import type { Caller } from '../../../port/operation-client.ts'
import type { WebRoute } from '../../../port/web-route.ts'
import type { ForgeService } from '../../../service/forge/index.ts'
import type { Identity } from '../../../service/identity/index.ts'
import { gitlabToken } from '../credential.ts'

const bodyBytesMax = 20_971_520
const root = '/api/v4'

type Project = Awaited<ReturnType<ForgeService['projects']['find']>>

export type GitlabAsked = {
  caller: Caller
  /** Parts of the path, decoded. */
  part(name: string): string
  number(name: string): number
  query: URLSearchParams
  body: unknown
  /** Of `{id}`: a number, a name, or both parts with an encoded slash. */
  project(): Promise<Project>
}
export type GitlabAnswer = {
  status?: number
  json?: unknown
  /** Instead of `json`. */
  bytes?: Uint8Array
  headers?: Record<string, string>
}

export type GitlabRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  permission: Permission
  action: string
  summary: string
  run(asked: GitlabAsked): Promise<GitlabAnswer>
}
type Deps = { forge: ForgeService; identity: Pick<Identity, 'audit'> }

/** Routes of GitLab's API, in its own forms of errors; what changes something is in the audit log. */
export const gitlabRoutes = (
  { forge, identity }: Deps,
  routes: readonly GitlabRoute[],
): readonly WebRoute[] =>
  routes.map((route) => ({
    ...{ methods: [route.method], path: `${root}${route.path}`, summary: route.summary },
    ...{ action: route.action, permission: route.permission, bodyBytesMax, credential: gitlabToken },
    refuse: (fault) => refusalOf(fault),
    async handle(request, caller) {
      const asked = await askedOf(route, request, caller, forge)
      if (route.method === 'GET') return responseOf(await route.run(asked))
      const resource = new URL(request.url).pathname.slice(0, 256)
      try {
        const answer = await route.run(asked)
        await identity.audit(caller, route.action, resource, 'SUCCESS')
        return responseOf(answer)
      } catch (error) {
        await identity.audit(caller, route.action, resource, 'FAILURE', { error: messageOf(error) })
        throw error
      }
    },
  }))

/** `{"message":"404 Project Not Found"}`. */
function refusalOf(fault: Fault): { status: number; headers: Record<string, string>; body: string } {
  const words = fault.status === 401 ? 'Unauthorized' : fault.message
  const status = fault.code === 'VALIDATION_FAILED' ? 400 : fault.status
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: `${status} ${words}` }),
  }
}

/** An answer other than the one the status of a fault gives. */
export const refused = (status: number, message: unknown): GitlabAnswer => ({ status, json: { message } })

async function askedOf(
  route: GitlabRoute,
  request: Request,
  caller: Caller,
  forge: ForgeService,
): Promise<GitlabAsked> {
  const url = new URL(request.url)
  const names = `${root}${route.path}`.split('/')
  const parts = url.pathname.split('/')
  const found = new Map(
    names.flatMap((name, index) =>
      name.startsWith('{') ? [[name.slice(1, -1), decoded(parts[index] ?? '')] as const] : [],
    ),
  )
  const part = (name: string): string => found.get(name) ?? ''
  return {
    ...{ caller, part, query: url.searchParams, body: await bodyOf(request) },
    number(name) {
      const value = Number(part(name))
      if (!Number.isSafeInteger(value) || value < 1) throw new Fault('NOT_FOUND', 'Not found')
      return value
    },
    async project() {
      try {
        return await forge.projects.find(caller.tenant, part('id'))
      } catch (error) {
        throw isFault(error) && error.code === 'NOT_FOUND'
          ? new Fault('NOT_FOUND', 'Project Not Found')
          : error
      }
    },
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Fault('INVALID_REQUEST', 'The path is not validly percent-encoded.')
  }
}

async function bodyOf(request: Request): Promise<unknown> {
  if (request.method === 'GET') return {}
  const text = await request.text()
  if (text === '') return {}
  const type = request.headers.get('content-type') ?? ''
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries([...new URLSearchParams(text)].filter(([name]) => name !== '__proto__'))
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Fault('INVALID_REQUEST', 'The body is neither JSON nor a form.')
  }
}

/** What a request must say; VALIDATION_FAILED in GitLab's words. */
export function fields<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const name = issue?.path.join('.') || 'the body'
  throw new Fault(
    'VALIDATION_FAILED',
    `${name} ${issue?.code === 'invalid_type' && issue.message.includes('undefined') ? 'is missing' : 'is invalid'}`,
  )
}

export const pageOf = (query: URLSearchParams): { page: number; size: number; offset: number } => {
  const number = (name: string, fallback: number, most: number): number => {
    const value = Math.trunc(Number(query.get(name) ?? fallback))
    return Number.isFinite(value) ? Math.min(Math.max(value, 1), most) : fallback
  }
  const [page, size] = [number('page', 1, 100_000), number('per_page', 20, 100)]
  return { page, size, offset: (page - 1) * size }
}

/** One page of a list, with the headers by which GitLab's clients go on. */
export function paged(query: URLSearchParams, total: number, json: unknown): GitlabAnswer {
  const { page, size } = pageOf(query)
  const pages = Math.max(1, Math.ceil(total / size))
  return {
    json,
    headers: {
      'x-page': String(page),
      'x-per-page': String(size),
      'x-total': String(total),
      'x-total-pages': String(pages),
      'x-next-page': page < pages ? String(page + 1) : '',
      'x-prev-page': page > 1 ? String(page - 1) : '',
    },
  }
}

/** A list that is whole in memory. */
export function pagedOf<T>(
  query: URLSearchParams,
  items: readonly T[],
  form: (item: T) => unknown,
): GitlabAnswer {
  const { size, offset } = pageOf(query)
  const shown = items.slice(offset, offset + size)
  return paged(query, items.length, shown.map(form))
}

function responseOf({ status = 200, json, bytes, headers = {} }: GitlabAnswer): Response {
  if (bytes)
    return new Response(new Uint8Array(bytes), {
      status,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        // Whatever a file holds, a browser runs nothing of it.
        'content-security-policy': "default-src 'none'; sandbox",
        'content-disposition': 'attachment',
        ...headers,
      },
    })
  if (status === 204) return new Response(null, { status })
  return new Response(JSON.stringify(json), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}
