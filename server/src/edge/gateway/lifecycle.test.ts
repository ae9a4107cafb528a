import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Handlers } from './index.ts'
import { exampleHandlers, makeGateway, openGateway } from './open-gateway.suite.ts'

describe('the gateway', () => {
  it('refuses to listen where others can reach it while no key is configured', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com']) {
      const { gateway } = makeGateway({ config: { host } })
      await expect(gateway.start()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('auth.api_keys'),
      })
    }
  })

  it('says so when its port is taken', async () => {
    const { port } = await openGateway()
    await expect(makeGateway({ config: { port } }).gateway.start()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`Port ${port} is taken`),
    })
  })

  it('finishes what is in flight when it stops, and refuses what comes after', async () => {
    let release = (): void => undefined
    const getReady = async () => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return { ready: true }
    }
    const { gateway, url } = await startedGateway({ getReady })
    const answer = fetch(`${url}/ready`)
    while (String(release) === '() => undefined') await wait(1)
    const stopped = gateway.stop()
    release()
    expect(await (await answer).json()).toEqual({ ready: true })
    await stopped
    await expect(fetch(`${url}/health`)).rejects.toThrow()
  })

  it('stops at once though a connection is kept alive', async () => {
    const { gateway, url } = await startedGateway({})
    await (await fetch(`${url}/health`)).text()
    const began = performance.now()
    await gateway.stop()
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})

async function startedGateway(handlers: Partial<Handlers>) {
  const made = makeGateway({ handlers: { ...exampleHandlers, ...handlers } })
  await made.gateway.start()
  return { ...made, url: made.gateway.url }
}
