import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Forge, ForgeMergeRequest } from './forge.ts'
import { commentConformance } from './forge-comment.suite.ts'
import { type ForgeRig, forgeSeed } from './forge-seed.suite.ts'

export { type ForgeRig, forgeSeed }

const unknownSha = '0123456789012345678901234567890123456789'
const cart = 'infra/service/cart.tfvars'
const request = { title: 'Smaller cart', description: 'It idles.', labels: ['aiops', 'cost'] }

/** What every forge must do. `open` gives a repository that holds the seed on its default branch and nothing else. */
export function forgeConformance(
  open: (seed: Readonly<Record<string, string | Uint8Array>>) => Promise<ForgeRig>,
): void {
  let rig: ForgeRig
  let forge: Forge
  let main: string
  let base: string
  beforeEach(async () => {
    rig = await open(forgeSeed)
    forge = rig.forge
    main = await forge.defaultBranch()
    base = (await forge.head(main)) as string
  })
  afterEach(() => rig.close())

  const commit = (branch: string, content: string | null, from = { branch: main, sha: base }, path = cart) =>
    forge.commit({ branch, from, message: 'Resize cart\n\nIt idles.', files: [{ path, content }] })
  const opened = async (branch = 'aiops/cart', content = 'size = "m5.small"\n') => {
    const { sha } = await commit(branch, content)
    const made = await forge.openMergeRequest({ source: branch, target: main, ...request })
    return { sha, number: made.number, made }
  }
  const code = (expected: string) => ({ code: expected })

  describe('what is there', () => {
    it('names the login under which the platform acts', async () => {
      expect(await forge.self()).toMatch(/\S/)
    })

    it('knows the newest commit of a branch, and none of a branch that is not', async () => {
      expect(base).toMatch(/^[0-9a-f]{40,64}$/)
      expect(await forge.head('no/such')).toBeUndefined()
      const sha = await rig.push(main, { 'README.md': '# shop 2\n' })
      expect(await forge.head(main)).toBe(sha)
    })

    it('reads a file at a branch and at a commit', async () => {
      const sha = await rig.push(main, { [cart]: 'size = "m5.xlarge"\n' })
      expect(await forge.readFile(main, cart)).toBe('size = "m5.xlarge"\n')
      expect(await forge.readFile(sha, cart)).toBe('size = "m5.xlarge"\n')
      expect(await forge.readFile(base, cart)).toBe(forgeSeed[cart])
    })

    it('has no file where there is none', async () => {
      expect(await forge.readFile(main, 'infra/none.tf')).toBeUndefined()
      expect(await forge.readFile('no/such', cart)).toBeUndefined()
    })

    it('lists the text files below a folder by path, and leaves out what is no text', async () => {
      expect(await forge.tree(main, 'infra')).toEqual([
        { path: 'infra/main.tf', content: forgeSeed['infra/main.tf'] },
        { path: cart, content: forgeSeed[cart] },
      ])
      expect((await forge.tree(main, '')).map(({ path }) => path)).toEqual([
        'README.md',
        'infra/main.tf',
        cart,
      ])
      expect(await forge.tree(base, 'none')).toEqual([])
    })

    it('lists branches by their beginning', async () => {
      await rig.push('aiops/b', { 'README.md': 'b\n' })
      await rig.push('aiops/a', { 'README.md': 'a\n' })
      await rig.push('people/a', { 'README.md': 'p\n' })
      const found = await forge.branches('aiops/')
      expect(found.map(({ name }) => name).sort()).toEqual(['aiops/a', 'aiops/b'])
      for (const { name, sha, committedMs } of found) {
        expect(sha).toBe(await forge.head(name))
        expect(committedMs).toBeGreaterThan(Date.UTC(2020, 0))
      }
      expect(await forge.branches('none/')).toEqual([])
    })
  })

  describe('a commit', () => {
    it('makes the branch, keeps every other file, and leaves the default branch alone', async () => {
      const { sha } = await commit('aiops/cart', 'size = "m5.small" # grüße\n')
      expect(await forge.head('aiops/cart')).toBe(sha)
      expect(await forge.readFile('aiops/cart', cart)).toBe('size = "m5.small" # grüße\n')
      expect(await forge.readFile('aiops/cart', 'README.md')).toBe('# shop\n')
      expect(await forge.head(main)).toBe(base)
    })

    it('adds, changes and deletes in one', async () => {
      await forge.commit({
        ...{ branch: 'aiops/cart', from: { branch: main, sha: base }, message: 'Three at once' },
        files: [
          { path: 'infra/new/deep.tf', content: 'a = 1\n' },
          { path: cart, content: 'size = "m5.small"\n' },
          { path: 'infra/main.tf', content: null },
        ],
      })
      expect((await forge.tree('aiops/cart', 'infra')).map(({ path }) => path)).toEqual([
        'infra/new/deep.tf',
        cart,
      ])
    })

    it('goes on top of the branch that stands where it was seen', async () => {
      const first = await commit('aiops/cart', 'one\n')
      const second = await commit('aiops/cart', 'two\n', { branch: 'aiops/cart', sha: first.sha })
      expect(second.sha).not.toBe(first.sha)
      expect(await forge.head('aiops/cart')).toBe(second.sha)
    })

    it('twice is once', async () => {
      const first = await commit('aiops/cart', 'one\n')
      expect(await commit('aiops/cart', 'one\n')).toEqual(first)
      expect(await forge.head('aiops/cart')).toBe(first.sha)
    })

    it('is refused where the branch has moved on', async () => {
      const { sha } = await commit('aiops/cart', 'one\n')
      const moved = await rig.push('aiops/cart', { 'README.md': 'theirs\n' })
      await expect(commit('aiops/cart', 'two\n', { branch: 'aiops/cart', sha })).rejects.toMatchObject(
        code('CONFLICT'),
      )
      expect(await forge.head('aiops/cart')).toBe(moved)
      expect(await forge.readFile('aiops/cart', cart)).toBe('one\n')
    })

    it('is refused on a protected branch', async () => {
      await rig.protect(main)
      await expect(commit(main, 'one\n')).rejects.toMatchObject(code('PERMISSION_DENIED'))
      expect(await forge.head(main)).toBe(base)
    })

    it('by two at once on one branch: one stands, the other is told', async () => {
      const both = await Promise.allSettled([commit('aiops/cart', 'one\n'), commit('aiops/cart', 'two\n')])
      const done = both.filter((one) => one.status === 'fulfilled')
      const refused = both.filter((one) => one.status === 'rejected')
      expect(done).toHaveLength(1)
      expect(refused[0]?.reason).toMatchObject(code('CONFLICT'))
      expect(await forge.head('aiops/cart')).toBe(done[0]?.value.sha)
    })
  })

  describe('a branch', () => {
    it('is deleted where it stands at the commit that was seen', async () => {
      const { sha } = await commit('aiops/cart', 'one\n')
      await expect(forge.deleteBranch('aiops/cart', base)).rejects.toMatchObject(code('CONFLICT'))
      expect(await forge.head('aiops/cart')).toBe(sha)
      await forge.deleteBranch('aiops/cart', sha)
      expect(await forge.head('aiops/cart')).toBeUndefined()
    })

    it('that is gone already is no failure', async () => {
      await expect(forge.deleteBranch('aiops/none', base)).resolves.toBeUndefined()
    })
  })

  describe('a merge request', () => {
    it('says what it was opened with', async () => {
      const { sha, number, made } = await opened()
      expect(made).toMatchObject({
        ...{ title: request.title, description: request.description, source: 'aiops/cart', target: main },
        ...{ headSha: sha, state: 'OPEN', author: await forge.self(), mergedSha: null, approvals: [] },
      })
      expect([...made.labels].sort()).toEqual(['aiops', 'cost'])
      expect(made.url).toMatch(/\S/)
      expect(made.createdMs).toBeGreaterThan(Date.UTC(2020, 0))
      expect(await forge.mergeRequest(number)).toMatchObject({ number, headSha: sha })
      expect(await forge.mergeRequest(number + 1_000)).toBeUndefined()
    })

    it('of a branch that has one that is open is that one', async () => {
      const { number } = await opened()
      const again = await forge.openMergeRequest({
        ...{ source: 'aiops/cart', target: main, title: 'Other', description: '', labels: [] },
      })
      expect(again.number).toBe(number)
      expect(await forge.mergeRequests({ state: 'OPEN', limit: 10 })).toHaveLength(1)
    })

    it('opened by two at once is one', async () => {
      await commit('aiops/cart', 'one\n')
      const open = () => forge.openMergeRequest({ source: 'aiops/cart', target: main, ...request })
      const [a, b] = await Promise.all([open(), open()])
      expect(a.number).toBe(b.number)
      expect(await forge.mergeRequests({ state: 'OPEN', limit: 10 })).toHaveLength(1)
    })

    it('needs a branch that is there', async () => {
      await expect(
        forge.openMergeRequest({ source: 'aiops/none', target: main, ...request }),
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^(NOT_FOUND|CONFLICT)$/),
      })
    })

    it('is another one after the first was closed', async () => {
      const { number } = await opened()
      await forge.close(number)
      expect((await forge.mergeRequest(number))?.state).toBe('CLOSED')
      await forge.close(number)
      const next = await forge.openMergeRequest({ source: 'aiops/cart', target: main, ...request })
      expect(next.number).toBeGreaterThan(number)
    })

    it('follows its branch', async () => {
      const { number } = await opened()
      const sha = await rig.push('aiops/cart', { 'README.md': 'theirs\n' })
      expect((await forge.mergeRequest(number))?.headSha).toBe(sha)
    })

    it('changes title and description each for itself', async () => {
      const { number } = await opened()
      await forge.describe(number, { title: 'Smaller still' })
      expect(await forge.mergeRequest(number)).toMatchObject({
        ...{ title: 'Smaller still', description: request.description },
      })
      await forge.describe(number, { description: 'Evidence: <b>&"\'</b> `x` ü' })
      expect(await forge.mergeRequest(number)).toMatchObject({
        ...{ title: 'Smaller still', description: 'Evidence: <b>&"\'</b> `x` ü' },
      })
    })

    it('is listed newest first, by state, by the beginning of its branch, and so many', async () => {
      const { number: a } = await opened('aiops/a', 'a\n')
      const { number: b } = await opened('aiops/b', 'b\n')
      const { number: c } = await opened('people/c', 'c\n')
      await forge.close(a)
      const numbers = async (filter: Parameters<Forge['mergeRequests']>[0]) =>
        (await forge.mergeRequests(filter)).map(({ number }) => number)
      expect(await numbers({ limit: 10 })).toEqual([c, b, a])
      expect(await numbers({ state: 'OPEN', limit: 10 })).toEqual([c, b])
      expect(await numbers({ state: 'CLOSED', limit: 10 })).toEqual([a])
      expect(await numbers({ state: 'OPEN', sourcePrefix: 'aiops/', limit: 10 })).toEqual([b])
      expect(await numbers({ limit: 2 })).toEqual([c, b])
    })

    it('shows who approved, and never the platform', async () => {
      const { number } = await opened()
      await rig.approve(number, 'anna')
      const { approvals } = (await forge.mergeRequest(number)) as ForgeMergeRequest
      expect(approvals.map(({ by }) => by)).toEqual(['anna'])
      expect(approvals.map(({ by }) => by)).not.toContain(await forge.self())
      expect(approvals[0]?.atMs).toBeGreaterThan(Date.UTC(2020, 0))
    })

    it('never shows an approval of an older head as one of the new', async () => {
      const { sha, number } = await opened()
      await rig.approve(number, 'anna')
      const moved = await rig.push('aiops/cart', { 'README.md': 'theirs\n' })
      const { approvals } = (await forge.mergeRequest(number)) as ForgeMergeRequest
      for (const approval of approvals) expect(approval.headSha).not.toBe(moved)
      for (const approval of approvals) if (approval.headSha !== null) expect(approval.headSha).toBe(sha)
    })
  })

  commentConformance(() => rig, opened)

  describe('a note', () => {
    it('is replaced by the next with its key, and stands beside others', async () => {
      const { number } = await opened()
      await forge.note(number, 'plan', 'Plan: 1 to change')
      await forge.note(number, 'policy', 'Policy: allow')
      await forge.note(number, 'plan', 'Plan: 2 to change')
      const notes = await rig.notes(number)
      expect(notes).toHaveLength(2)
      expect(notes.some((note) => note.includes('Plan: 2 to change'))).toBe(true)
      expect(notes.some((note) => note.includes('Policy: allow'))).toBe(true)
      expect(notes.some((note) => note.includes('Plan: 1'))).toBe(false)
    })

    it('of a request that is not is refused', async () => {
      await expect(forge.note(4_711, 'plan', 'x')).rejects.toMatchObject(code('NOT_FOUND'))
    })
  })

  describe('a status', () => {
    it('is the newest of its context', async () => {
      const { sha } = await opened()
      await forge.setStatus(sha, { context: 'aiops/plan', state: 'RUNNING', description: 'Planning' })
      await forge.setStatus(sha, { context: 'aiops/policy', state: 'FAILURE', description: 'Denied' })
      await forge.setStatus(sha, { context: 'aiops/plan', state: 'SUCCESS', description: '1 to change' })
      const statuses = await rig.statuses(sha)
      expect(Object.keys(statuses).sort()).toEqual(['aiops/plan', 'aiops/policy'])
      expect(statuses['aiops/plan']?.description).toBe('1 to change')
    })

    it('may be said twice, and be longer than a forge keeps', async () => {
      const { sha } = await opened()
      const status = { context: 'aiops/plan', state: 'SUCCESS' as const, description: 'x'.repeat(300) }
      await forge.setStatus(sha, status)
      await forge.setStatus(sha, status)
      expect((await rig.statuses(sha))['aiops/plan']?.description.length).toBeGreaterThanOrEqual(100)
    })

    it('of a commit that is not is refused', async () => {
      await expect(
        forge.setStatus(unknownSha, { context: 'aiops/plan', state: 'SUCCESS', description: '' }),
      ).rejects.toMatchObject({ code: expect.stringMatching(/^(NOT_FOUND|CONFLICT)$/) })
    })
  })

  describe('a merge', () => {
    it('brings the change to the target and says which commit it became', async () => {
      const { sha, number } = await opened()
      const merged = await forge.merge(number, sha, 'Merge the smaller cart')
      expect(await forge.head(main)).toBe(merged.sha)
      expect(await forge.readFile(main, cart)).toBe('size = "m5.small"\n')
      expect(await forge.mergeRequest(number)).toMatchObject({ state: 'MERGED', mergedSha: merged.sha })
      expect((await forge.mergeRequests({ state: 'MERGED', limit: 5 })).map((one) => one.number)).toEqual([
        number,
      ])
    })

    it('twice is once', async () => {
      const { sha, number } = await opened()
      const merged = await forge.merge(number, sha, 'Merge')
      expect(await forge.merge(number, sha, 'Merge')).toEqual(merged)
      expect(await forge.head(main)).toBe(merged.sha)
    })

    it('keeps what came to the target meanwhile', async () => {
      const { sha, number } = await opened()
      await rig.push(main, { 'README.md': 'theirs\n' })
      await forge.merge(number, sha, 'Merge')
      expect(await forge.readFile(main, 'README.md')).toBe('theirs\n')
      expect(await forge.readFile(main, cart)).toBe('size = "m5.small"\n')
    })

    it('is refused where the head has moved on', async () => {
      const { sha, number } = await opened()
      await rig.push('aiops/cart', { 'README.md': 'theirs\n' })
      await expect(forge.merge(number, sha, 'Merge')).rejects.toMatchObject(code('CONFLICT'))
      expect(await forge.head(main)).toBe(base)
      expect((await forge.mergeRequest(number))?.state).toBe('OPEN')
    })

    it('is refused where both changed the same lines, and the request says so', async () => {
      const { sha, number } = await opened()
      const theirs = await rig.push(main, { [cart]: 'size = "m5.huge"\n' })
      await expect(forge.merge(number, sha, 'Merge')).rejects.toMatchObject(code('CONFLICT'))
      expect(await forge.head(main)).toBe(theirs)
      expect((await forge.mergeRequest(number))?.mergeable).not.toBe(true)
    })

    it('of a closed request is refused', async () => {
      const { sha, number } = await opened()
      await forge.close(number)
      await expect(forge.merge(number, sha, 'Merge')).rejects.toMatchObject(code('CONFLICT'))
      expect(await forge.head(main)).toBe(base)
    })

    it('of a request that is not is refused', async () => {
      await expect(forge.merge(4_711, base, 'Merge')).rejects.toMatchObject(code('NOT_FOUND'))
    })

    it('goes into a protected branch', async () => {
      await rig.protect(main)
      const { sha, number } = await opened()
      const merged = await forge.merge(number, sha, 'Merge')
      expect(await forge.head(main)).toBe(merged.sha)
    })
  })

  describe('names from strangers', () => {
    const hostile = ['../../etc/passwd', '/etc/passwd', 'a/../../b', '-rf', 'a\0b', '.git/config', 'a//b', '']
    it.each(hostile)('the path %j is never written', async (path) => {
      await expect(commit('aiops/cart', 'x\n', undefined, path)).rejects.toMatchObject(
        code('VALIDATION_FAILED'),
      )
      expect(await forge.head('aiops/cart')).toBeUndefined()
    })

    it.each(['--upload-pack=x', 'a..b', 'a b', 'a~1', 'a^', 'refs/../x', 'x.lock', '', 'a:b', 'a\nb'])(
      'a branch %j is never made',
      async (branch) => {
        await expect(commit(branch, 'x\n')).rejects.toMatchObject(code('VALIDATION_FAILED'))
        expect(await forge.branches('')).toHaveLength(1)
      },
    )

    it('a file beyond the bound is refused', async () => {
      await expect(commit('aiops/cart', 'x'.repeat(1_048_577))).rejects.toMatchObject({
        code: expect.stringMatching(/^(VALIDATION_FAILED|BODY_TOO_LARGE)$/),
      })
      expect(await forge.head('aiops/cart')).toBeUndefined()
    })
  })
}
