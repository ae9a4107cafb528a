import { ApiError, type Client, createClient } from '@aiops/contract/client'
import { ErrorBody } from '@aiops/contract/error'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { Fault, messageOf } from '../../kernel/fault.ts'

export type ConnectionOptions = { url: string; token?: string; tenant?: string; json?: boolean }

const defaultUrl = 'http://localhost:8080'
/** Below what a command is about: the same for all. */
const group = 'Platform:'

/** Options of every command that talks to a running platform. The key may come from the environment, so that it is in no shell history. */
export function withConnection(command: Command): Command {
  return command
    .option('--json', 'print JSON')
    .addOption(
      new Option('--url <origin>', 'where the platform runs')
        .default(defaultUrl)
        .env('AIOPS_URL')
        .argParser(originOf)
        .helpGroup(group),
    )
    .addOption(new Option('--token <key>', 'API key').env('AIOPS_TOKEN').helpGroup(group))
    .addOption(new Option('--tenant <name>', 'tenant, where the key does not say it').helpGroup(group))
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new InvalidArgumentError(`Write it as an address, for example ${defaultUrl}.`)
  return text.replace(/\/+$/, '')
}

/** A client whose failures to connect say what to do. */
export function connect(options: ConnectionOptions): Client {
  const client = createClient({
    url: options.url,
    ...(options.token ? { token: options.token } : {}),
    ...(options.tenant ? { tenant: options.tenant } : {}),
  })
  return Object.fromEntries(
    Object.entries(client).map(([id, call]) => [
      id,
      async (input?: never) => {
        try {
          return await (call as (input?: never) => Promise<unknown>)(input)
        } catch (error) {
          throw faultOf(error, options)
        }
      },
    ]),
  ) as unknown as Client
}

/** A document as it is, for example a CSV. Fails as a client's calls do. */
export async function download(options: ConnectionOptions, path: string): Promise<Response> {
  const { url, token, tenant } = options
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(tenant ? { 'x-tenant-id': tenant } : {}),
  }
  const response = await fetch(url + path, { headers }).catch((error: unknown) => {
    throw faultOf(error, options)
  })
  if (response.ok) return response
  const said = ErrorBody.safeParse(await response.json().catch(() => undefined))
  if (said.success) throw faultOf(new ApiError(response.status, said.data.error), options)
  throw new Fault('UPSTREAM_FAILED', `${url} answered ${response.status}; its log may say why.`)
}

function faultOf(error: unknown, { url, token }: ConnectionOptions): unknown {
  if (error instanceof ApiError) {
    if (error.code !== 'UNAUTHENTICATED') return error
    const hint = token
      ? 'The platform does not know this key; give another with --token or AIOPS_TOKEN.'
      : 'The platform asks for a key; give it with --token, or in the environment as AIOPS_TOKEN.'
    return new Fault('UNAUTHENTICATED', hint, { cause: error })
  }
  if (error instanceof SyntaxError)
    return new Fault('UPSTREAM_FAILED', `What answers at ${url} is not this platform; name it with --url.`, {
      cause: error,
    })
  if ((error as Error).name === 'TimeoutError')
    return new Fault('TIMEOUT', `${url} did not answer in 30 s; its log may say why.`, { cause: error })
  return new Fault(
    'UPSTREAM_FAILED',
    `Nothing answers at ${url} (${causeOf(error)}). Start it with "npm start", or name it with --url.`,
    { cause: error },
  )
}

/** Where a name has several addresses, the cause holds one error for each and no message of its own. */
function causeOf(error: unknown): string {
  const cause = (error as Error).cause ?? error
  const { code } = cause as { code?: string }
  return messageOf(cause) || code || 'no connection'
}
