import type { ServeOptions } from '../edge/cli/serve.ts'
import { messageOf } from '../kernel/fault.ts'
import { createLog, type Log } from '../kernel/log.ts'
import { type LoadedConfig, loadConfig, type Setting } from './config.ts'
import type { Platform } from './platform.ts'
import { edgeRole, parseRoles, roleNames } from './roles.ts'
import { checkShared } from './storage/adapters.ts'

const stopWithinMs = 10_000

/** `aiops serve`: runs until SIGINT or SIGTERM, then finishes what is in flight. */
export async function serve(options: ServeOptions): Promise<void> {
  const loaded = load(options)
  const { config } = loaded
  const roles = parseRoles(options.role)
  const isEdge = roles[0] === edgeRole
  if (!isEdge && roles.length < roleNames.length) checkShared(config.adapters)
  const log = createLog({ level: config.log.level })
  const platform = await create(isEdge, loaded, log)
  process.on('uncaughtException', (error) => {
    log.error({ error: messageOf(error), stack: error.stack }, 'a defect stopped the platform')
    process.exit(1)
  })
  await platform.start()
  process.stdout.write(`ready ${platform.url.replace('127.0.0.1', 'localhost')}\n`)
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name))
    // Nothing else holds the process: the listening socket is closed while stopping.
    setInterval(() => undefined, 3_600_000)
  })
  log.info({ signal }, 'stopping')
  setTimeout(() => {
    log.error({}, 'stopping took too long')
    process.exit(1)
  }, stopWithinMs).unref()
  await platform.stop()
}

/** Only the code of what runs is loaded: an edge has little memory. */
async function create(isEdge: boolean, loaded: LoadedConfig, log: Log): Promise<Platform> {
  if (isEdge) return (await import('./edge-platform.ts')).createEdgePlatform(loaded, log)
  return (await import('./platform.ts')).createPlatform(loaded, log)
}

export const settingsOf = (options: Pick<ServeOptions, 'config' | 'set'>): Setting[] => load(options).settings

function load(options: Pick<ServeOptions, 'config' | 'set'> & Partial<ServeOptions>): LoadedConfig {
  const flags: Record<string, unknown> = {
    'server.port': options.port,
    'server.host': options.host,
    data_folder: options.data,
  }
  for (const setting of options.set)
    flags[setting.slice(0, setting.indexOf('='))] = setting.slice(setting.indexOf('=') + 1)
  return loadConfig({
    environment: process.env,
    flags,
    ...(options.config === undefined ? {} : { file: options.config }),
  })
}
