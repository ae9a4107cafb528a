import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { ServiceControl } from './control.ts'
import { type FaultKind, faultKinds } from './fault.ts'

const bodyBytesMax = 4096

type Reply = { status: number; body: unknown }

/**
 * The operator's door, for the demo and its runbooks: loopback only, bearer token. Answers to changes say nothing
 * about what was wrong; only `GET /services`, which no runbook reads, does.
 */
export function createAdmin(controls: readonly ServiceControl[], token: string): Server {
  return createServer((request, response) => {
    void answer(request, controls, token)
      .catch((error: unknown): Reply => refuse(500, error instanceof Error ? error.message : 'failed'))
      .then(({ status, body }) => {
        const headers = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        response.end(JSON.stringify(body))
      })
  })
}

async function answer(
  request: IncomingMessage,
  controls: readonly ServiceControl[],
  token: string,
): Promise<Reply> {
  if (!admits(request.headers.authorization, token))
    return refuse(401, 'the bearer token of the ready line is needed')
  const [first, name, verb, ...rest] = (request.url ?? '/').slice(1).split('/')
  if (first !== 'services' || rest.length > 0) return refuse(404, 'no such path')
  if (name === undefined) {
    if (request.method !== 'GET') return refuse(405, 'only GET here')
    return { status: 200, body: { services: controls.map((control) => control.state()) } }
  }
  const control = controls.find((each) => each.name === name)
  if (control === undefined) return refuse(404, `no service named ${name}`)
  if (request.method !== 'POST') return refuse(405, 'only POST here')
  const refusal = await change(control, verb, request)
  if (refusal !== undefined) return refusal
  const { version, running } = control.state()
  return { status: 200, body: { service: name, version, running } }
}

async function change(
  control: ServiceControl,
  verb: string | undefined,
  request: IncomingMessage,
): Promise<Reply | undefined> {
  if (verb === 'fault') {
    const kind = await readKind(request)
    if (kind === undefined) return refuse(400, `"kind" must be one of ${faultKinds.join(', ')}`)
    await control.break(kind)
  } else if (verb === 'restore') await control.restore()
  else if (verb === 'undo') await control.undo()
  else if (verb === 'sabotage') await control.arm()
  else return refuse(404, 'a service knows fault, restore, undo and sabotage')
  return undefined
}

async function readKind(request: IncomingMessage): Promise<FaultKind | undefined> {
  let text = ''
  for await (const part of request as AsyncIterable<Buffer>) {
    text += part.toString()
    if (text.length > bodyBytesMax) return undefined
  }
  try {
    const kind = (JSON.parse(text) as { kind?: unknown } | null)?.kind
    return faultKinds.find((known) => known === kind)
  } catch {
    return undefined
  }
}

/** Compares digests, so that the time taken tells nothing about the token. */
function admits(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
}

function refuse(status: number, message: string): Reply {
  return { status, body: { error: message } }
}
