import { durationMs } from '@aiops/contract/model/time'
import Fastify, { type FastifyInstance } from 'fastify'
import { Fault } from '../../kernel/fault.ts'
import { isLoopbackAddress } from '../../service/identity/index.ts'
import type { GatewayConfig } from './config.ts'
import { clientErrorHandler, failureHandler, frameworkFailureHandler } from './failure.ts'
import { addHooks, type InFlight } from './hook.ts'
import type { Gateway, GatewayDeps } from './index.ts'
import { mountOperations, mountReceivers } from './mount.ts'
import { mountStreams } from './mount-stream.ts'
import { mountWeb } from './mount-web.ts'
import { mountPages } from './page.ts'

/** Longest wait for requests in flight when stopping. */
const drainMs = 5_000

export function createGateway(deps: GatewayDeps, config: GatewayConfig): Gateway {
  const timeoutMs = durationMs(config.request_timeout)
  const app = Fastify({
    bodyLimit: config.body_limit_bytes,
    logger: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestTimeout: timeoutMs,
    handlerTimeout: timeoutMs,
    // The hook refuses a missing Host, in the one error form.
    http: { requireHostHeader: false },
    routerOptions: { maxParamLength: 256 },
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    frameworkErrors: frameworkFailureHandler(deps),
    clientErrorHandler: clientErrorHandler(deps),
  })
  const inFlight: InFlight = { count: 0, stopping: false, wake: () => undefined }
  let url = ''
  return {
    get url() {
      return url
    },
    server: app.server,
    async start() {
      if (!isLoopbackAddress(config.host) && !deps.identity.required) {
        throw new Fault(
          'CONFIG_INVALID',
          `server.host is ${config.host}, which others can reach, but auth.api_keys is empty: configure a key, or listen on 127.0.0.1.`,
        )
      }
      app.decorateRequest('principal', null)
      app.decorateRequest('trace', null)
      app.setErrorHandler(failureHandler(deps))
      addHooks(app, deps, config, inFlight)
      await mountPages(app, deps)
      await mountOperations(app, deps, config.validate_responses)
      await mountReceivers(app, deps.receivers, deps.identity)
      await mountStreams(app, deps.streams ?? [], deps.identity)
      await mountWeb(app, deps.web ?? [], deps.identity)
      await listen(app, config)
      const address = app.server.address()
      const port = typeof address === 'object' && address ? address.port : config.port
      url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
    },
    /** Upgraded connections are not waited for: they belong to whoever took them. */
    async stop() {
      inFlight.stopping = true
      const closed = app.close()
      if (inFlight.count > 0) {
        const drained = new Promise<void>((resolve) => {
          inFlight.wake = resolve
        })
        await Promise.race([drained, deps.clock.sleep(drainMs)])
      }
      app.server.closeAllConnections()
      closed.catch(() => undefined)
    },
  }
}

/** The contract's schemas are zod's, so that the framework's own compilers, which take their time to load, are not needed. */
const noSchemas = () => () => {
  throw new Error('a route has a schema of the framework; describe it in the contract')
}

async function listen(app: FastifyInstance, config: GatewayConfig): Promise<void> {
  try {
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'EADDRINUSE')
      throw new Fault(
        'CONFIG_INVALID',
        `Port ${config.port} is taken by another program; choose one with --port, or 0 for a free one.`,
      )
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new Fault('CONFIG_INVALID', `Cannot listen on ${config.host}:${config.port} (${code}).`)
    throw error
  }
}
