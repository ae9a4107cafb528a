import { createHttpClient } from '../../server/src/adapter/http/http-client.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import type { ForgeRig } from '../../server/src/port/forge.suite.ts'
import type { Forge } from '../../server/src/port/forge.ts'
import type { ForgeApiDeps } from '../../server/src/port/forge-api.ts'
import type { ScriptedForge } from './http.ts'
import { World } from './world.ts'

export const token = 'secret-token-of-the-forge'
export const tokenSecret = 'FORGE_TOKEN'

export type ScriptedRig = ForgeRig & { world: World; server: ScriptedForge }

/** An adapter before a scripted server; people act on the world behind it. */
export async function openScripted(
  seed: Readonly<Record<string, string | Uint8Array>>,
  serve: (world: World) => Promise<ScriptedForge>,
  create: (deps: ForgeApiDeps, url: string) => Forge,
): Promise<ScriptedRig> {
  const world = new World(seed)
  const server = await serve(world)
  const http = createHttpClient({ clock: systemClock }, { deny: [] })
  const secrets = { read: async (name: string) => (name === tokenSecret ? token : '') }
  return {
    ...{ world, server },
    forge: create({ http, secrets, clock: systemClock }, server.url),
    push: async (branch, files) => world.push(branch, files),
    protect: async (branch) => void world.git.protectedBranches.add(branch),
    approve: async (number, login) => void world.review(number, login),
    async comment(number, login, text, edited) {
      const request = world.requests.get(number)
      const note = request && world.note(request, login, text)
      if (note && edited !== undefined) world.edit(note, edited)
    },
    notes: async (number) =>
      (world.requests.get(number)?.notes ?? []).filter(({ system }) => !system).map(({ body }) => body),
    statuses: async (sha) =>
      Object.fromEntries(
        (world.statuses.get(sha) ?? []).map(({ context, state, description }) => [
          context,
          { state, description },
        ]),
      ),
    async close() {
      http.close()
      await server.close()
    },
  }
}
