import { describe } from 'vitest'
import { openForgeRig } from '../../../../test/forge/local-rig.ts'
import { forgeConformance } from '../../port/forge.suite.ts'

describe('the local forge', () => {
  forgeConformance(async (seed) => {
    const rig = await openForgeRig()
    await rig.project('infra', { 'README.md': '' })
    await rig.seed('infra', seed)
    await rig.forge.projects.unprotect('default', 'infra', 'main')
    const at = ['default', 'infra'] as const
    return {
      forge: rig.forge.open(...at),
      push: (branch, files) => rig.push('infra', branch, files),
      protect: (branch) => rig.forge.projects.protect(...at, { pattern: branch, push: 'NOBODY' }),
      async approve(number, login) {
        const request = await rig.forge.requests.get(...at, number)
        await rig.forge.requests.approve(login, ...at, number, request?.headSha ?? '')
      },
      async comment(number, login, text, edited) {
        const note = await rig.forge.requests.note(login, ...at, number, text, null)
        if (edited === undefined) return
        await new Promise((resolve) => setTimeout(resolve, 2))
        await rig.forge.requests.editNote(login, ...at, number, note.number, edited)
      },
      notes: async (number) => (await rig.forge.requests.notes(...at, number)).map(({ text: note }) => note),
      async statuses(sha) {
        const all = await rig.forge.requests.statuses(...at, sha)
        return Object.fromEntries(
          all.map(({ context, state, description }) => [context, { state, description }]),
        )
      },
      close: () => rig.close(),
    }
  })
})
