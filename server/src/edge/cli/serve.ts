import { type Command, InvalidArgumentError, Option } from 'commander'

export type ServeOptions = {
  role?: string
  config?: string
  data?: string
  port?: number
  host?: string
  /** `name=value` of settings. */
  set: string[]
}

export const portOf = (text: string): number => {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}

export const collectSetting = (text: string, before: string[]): string[] => {
  if (!/^[a-z0-9_.]+=/.test(text))
    throw new InvalidArgumentError('Write it as name=value, for example server.port=9090.')
  return [...before, text]
}

export const settingOption = (): Option =>
  new Option('--set <name=value>', 'one setting, may be repeated')
    .argParser(collectSetting)
    .default([], 'none')

export function serveCommand(program: Command, deps: { serve(options: ServeOptions): Promise<void> }): void {
  program
    .command('serve')
    .description('run the platform: receivers, stores, detection, web app')
    .option(
      '--role <roles>',
      'run only these roles, separated by commas (all unless said); edge keeps and sends on',
    )
    .option('--config <file>', 'settings as YAML')
    .option('--data <folder>', 'folder of the embedded stores')
    .option('--port <number>', 'port to listen on, 0 for a free one', portOf)
    .option('--host <address>', 'address to listen on')
    .addOption(settingOption())
    .addHelpText('after', examples)
    .action((options: ServeOptions) => deps.serve(options))
}

const examples = `
Examples:
  aiops serve                                     everything, on http://localhost:8080
  aiops serve --port 0 --data /var/lib/aiops
  aiops serve --config aiops.yaml --set log.level=debug
  aiops serve --role edge --set edge.hub_url=https://hub.example     keep on disk, send on to another

Point at it:
  OpenTelemetry    OTLP/HTTP at /v1/metrics, /v1/logs and /v1/traces
  Prometheus       remote_write at /api/v1/write
  Alertmanager     webhook at /api/v1/alerts/webhook
  your own         POST /api/v1/alerts/ingest; the whole API is at /docs

To let others reach it (--host 0.0.0.0), configure auth.api_keys first.
`
