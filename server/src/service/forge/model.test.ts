import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openForgeRig } from '../../../../test/forge/local-rig.ts'
import { isFault } from '../../kernel/fault.ts'
import type { Forge } from '../../port/forge.ts'

const branches = ['aiops/a', 'aiops/b', 'aiops/c'] as const
const paths = ['x.tf', 'd/y.tf', 'd/z.tf'] as const

type Step =
  | { do: 'commit'; branch: number; path: number; content: string | null; stale: boolean }
  | { do: 'open' | 'merge' | 'close'; branch: number }
  | { do: 'delete'; branch: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    ...{ do: fc.constant('commit' as const), branch: fc.nat(2), path: fc.nat(2) },
    ...{ content: fc.option(fc.constantFrom('1\n', '2\n', '3\n'), { freq: 5 }), stale: fc.boolean() },
  }),
  fc.record({
    do: fc.constantFrom('open' as const, 'merge' as const, 'close' as const, 'delete' as const),
    branch: fc.nat(2),
  }),
)

type Files = ReadonlyMap<string, string>
type Branch = { files: Files; base: Files }

/** The same in a few lines: files by branch, where each branch began, and which request of it is open. */
class Model {
  main: Files = new Map([['x.tf', 'x.tf = 0\n']])
  branches = new Map<string, Branch>()
  open = new Set<string>()

  /** What a three-way merge by whole files gives; undefined where both changed one differently. */
  merged(branch: Branch): Files | undefined {
    const result = new Map(this.main)
    for (const path of paths) {
      const [base, ours, theirs] = [branch.base.get(path), this.main.get(path), branch.files.get(path)]
      if (theirs === base || theirs === ours) continue
      if (ours !== base) return undefined
      if (theirs === undefined) result.delete(path)
      else result.set(path, theirs)
    }
    return result
  }
}

const filesOf = async (forge: Forge, ref: string): Promise<Record<string, string>> =>
  Object.fromEntries((await forge.tree(ref, '')).map(({ path, content }) => [path, content]))
const record = (files: Files): Record<string, string> =>
  Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)))
const code = async (task: Promise<unknown>): Promise<string> =>
  task.then(
    () => 'done',
    (error: unknown) => (isFault(error) ? error.code : Promise.reject(error)),
  )

describe('any sequence of commits, merge requests and merges', () => {
  it('ends with the files and requests that a model of it has', async () => {
    const rig = await openForgeRig()
    let count = 0
    const play = async (steps: readonly Step[]): Promise<void> => {
      count += 1
      await rig.project(`p${count}`, { 'x.tf': 'x.tf = 0\n' })
      const forge = rig.forge.open('default', `p${count}`)
      const model = new Model()
      for (const one of steps) await apply(forge, model, one)
      expect(await filesOf(forge, 'main')).toEqual(record(model.main))
      for (const [name, { files }] of model.branches)
        expect(await filesOf(forge, name)).toEqual(record(files))
      expect((await forge.branches('aiops/')).map(({ name }) => name).sort()).toEqual(
        [...model.branches.keys()].sort(),
      )
      const open = await forge.mergeRequests({ state: 'OPEN', limit: 100 })
      expect(open.map(({ source }) => source).sort()).toEqual([...model.open].sort())
    }
    try {
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), play), {
        numRuns: 12,
        endOnFailure: true,
      })
    } finally {
      await rig.close()
    }
  }, 240_000)
})

async function apply(forge: Forge, model: Model, one: Step): Promise<void> {
  const name = branches[one.branch] ?? 'aiops/a'
  const branch = model.branches.get(name)
  if (one.do === 'commit') return commit(forge, model, name, one)
  if (one.do === 'open') {
    const asked = { source: name, target: 'main', title: 't', description: '', labels: [] }
    expect(await code(forge.openMergeRequest(asked))).toBe(branch ? 'done' : 'NOT_FOUND')
    if (branch) model.open.add(name)
    return
  }
  if (one.do === 'delete') {
    const sha = await forge.head(name)
    if (sha) await forge.deleteBranch(name, sha)
    model.branches.delete(name)
    return
  }
  const [request] = await forge.mergeRequests({ state: 'OPEN', sourcePrefix: name, limit: 1 })
  expect(request !== undefined).toBe(model.open.has(name))
  if (!request) return
  if (one.do === 'close') {
    await forge.close(request.number)
    model.open.delete(name)
    return
  }
  const merged = branch && model.merged(branch)
  expect(await code(forge.merge(request.number, request.headSha, 'Merge'))).toBe(merged ? 'done' : 'CONFLICT')
  if (!merged || !branch) return
  model.main = merged
  model.open.delete(name)
  // Where both are one now is what the branch has.
  model.branches.set(name, { files: branch.files, base: branch.files })
}

async function commit(
  forge: Forge,
  model: Model,
  name: string,
  one: Extract<Step, { do: 'commit' }>,
): Promise<void> {
  const { path = 0, stale } = one
  const file = paths[path] ?? 'x.tf'
  // Of no two files the same, which git would take for one that was renamed.
  const content = one.content === null ? null : `${file} = ${one.content}`
  const branch = model.branches.get(name)
  const onBranch = branch && !stale ? branch : undefined
  const from = { branch: onBranch ? name : 'main', sha: '' }
  from.sha = (await forge.head(from.branch)) ?? ''
  const before = onBranch?.files ?? model.main
  const outcome = await code(
    forge.commit({ branch: name, from, message: 'm', files: [{ path: file, content }] }),
  )
  const changes = before.get(file) !== (content ?? undefined)
  if (!changes) expect(outcome).toBe('VALIDATION_FAILED')
  // On a branch that stands elsewhere it is refused, unless it stands at main or is this very commit.
  else if (branch && stale) expect(outcome).toMatch(/^(CONFLICT|done)$/)
  else expect(outcome).toBe('done')
  if (outcome !== 'done') return
  const files = new Map(before)
  if (content === null) files.delete(file)
  else files.set(file, content)
  model.branches.set(name, { files, base: onBranch?.base ?? model.main })
}
