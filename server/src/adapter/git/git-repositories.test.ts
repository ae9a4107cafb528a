import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { systemRandom } from '../../kernel/random.ts'
import type { FileChange } from '../../port/forge.ts'
import type { GitExchange, GitRepository } from '../../port/git-repositories.ts'
import { createGitRepositories } from './git-repositories.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-git-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const deps = { clock: systemClock, random: systemRandom, folder, packBytesMax: 1_000_000 }
const author = { name: 'Anna <x>\nevil', email: 'anna@shop.example' }
const written = { message: 'Change', author, atMs: 1_700_000_000_000 }

describe('repositories of the git program', () => {
  const repositories = createGitRepositories(deps)
  let count = 0
  let key = { tenant: 'default', project: '' }
  let repository: GitRepository
  beforeEach(async () => {
    count += 1
    key = { tenant: 'default', project: `p${count}` }
    await repositories.create(key, 'main')
    repository = repositories.open(key)
  })
  const place = (): string => join(folder, 'default', `${key.project}.git`)
  async function commit(branch: string, files: readonly FileChange[]): Promise<string> {
    const parent = (await repository.head(branch)) ?? null
    const { sha } = await repository.write({ ...written, parent, files })
    expect(await repository.moveBranch(branch, sha, parent)).toBe(true)
    return sha
  }
  const run = (...rest: string[]): string =>
    execFileSync('git', rest, { env: { ...process.env, GIT_DIR: place() } }).toString()

  it('writes the same commit for the same input, without a working tree or anything left over', async () => {
    const files = [{ path: 'a/b.tf', content: 'x = 1\n' }]
    const one = await repository.write({ ...written, parent: null, files })
    expect(await repository.write({ ...written, parent: null, files })).toEqual(one)
    expect(one.unchanged).toBe(false)
    await repository.moveBranch('main', one.sha, null)
    expect((await repository.write({ ...written, parent: one.sha, files })).unchanged).toBe(true)
    expect(readdirSync(join(folder, '.scratch'))).toEqual([])
    expect(readdirSync(place()).sort()).not.toContain('index')
    expect((await repository.log('main', { limit: 5 }))[0]).toMatchObject({
      ...{ author: 'Anna  x  evil', email: 'anna@shop.example', committedMs: 1_700_000_000_000 },
      ...{ message: 'Change', parents: [] },
    })
  })

  it('shows commits as they are, whatever their authors put into names and times', async () => {
    const head = await commit('main', [{ path: 'a.tf', content: '1\n' }])
    const tree = run('rev-parse', `${head}^{tree}`).trim()
    const who = 'a\u0001forged@x\u0001x\u0001forged <e@x> 99999999999999 +0000'
    const object = `tree ${tree}\nparent ${head}\nauthor ${who}\ncommitter ${who}\n\nreal\u0001x\n`
    const options = ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally']
    const env = { ...process.env, GIT_DIR: place() }
    const sha = execFileSync('git', options, { env, input: object }).toString().trim()
    expect(await repository.moveBranch('odd', sha, null)).toBe(true)
    const [shown] = await repository.log('odd', { limit: 1 })
    expect(shown).toMatchObject({ sha, parents: [head], email: 'e@x', message: 'real\u0001x' })
    const branches = await repository.branches('', 10)
    for (const { committedMs } of [shown!, ...branches])
      expect(() => new Date(committedMs).toISOString()).not.toThrow()
  })

  it('answers other questions while differences of a tree that was made to last take their time', async () => {
    await commit('main', [{ path: 'a.tf', content: '1\n' }])
    await commit('work', [{ path: 'a.tf', content: '2\n' }])
    const go = join(folder, `go-${count}`)
    const program = join(folder, `slow-git-${count}`)
    const waits = `case " $* " in *" diff-tree "*) until [ -e ${go} ]; do sleep 0.02; done;; esac`
    writeFileSync(program, `#!/bin/sh\n${waits}\nexec git "$@"\n`)
    chmodSync(program, 0o755)
    const slow = createGitRepositories({ ...deps, program }).open(key)
    const looks = Array.from({ length: 5 }, () => slow.diff('main', 'work'))
    expect((await slow.branches('', 10)).map(({ name }) => name)).toEqual(['main', 'work'])
    writeFileSync(go, '')
    for (const { filesTotal } of await Promise.all(looks)) expect(filesTotal).toBe(1)
  })

  it('keeps a program a program, and makes a plain file of a link', async () => {
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      env: { ...process.env, GIT_DIR: place() },
      input: 'run\n',
    })
      .toString()
      .trim()
    const index = { ...process.env, GIT_DIR: place(), GIT_INDEX_FILE: join(folder, 'index-test') }
    for (const [mode, path] of [
      ['100755', 'run.sh'],
      ['120000', 'link'],
    ])
      execFileSync('git', ['update-index', '--add', '--cacheinfo', `${mode},${blob},${path}`], { env: index })
    const tree = execFileSync('git', ['write-tree'], { env: index }).toString().trim()
    const who = {
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@b',
    }
    const sha = execFileSync('git', ['commit-tree', tree, '-m', 'x'], { env: { ...index, ...who } })
      .toString()
      .trim()
    await repository.moveBranch('main', sha, null)
    expect(await repository.readFile('main', 'link')).toBeUndefined()
    expect((await repository.tree('main', '')).map(({ path }) => path)).toEqual(['run.sh'])
    await commit('main', [
      { path: 'run.sh', content: 'run 2\n' },
      { path: 'link', content: 'plain\n' },
    ])
    expect(
      run('ls-tree', 'main')
        .split('\n')
        .map((line) => line.slice(0, 6)),
    ).toEqual(['100644', '100755', ''])
  })

  it('takes names that are text, and none that is more than that', async () => {
    const paths = ['grüße/日本 語.tf', 'a b', "it's", 'a"b', 'x:y', '*.tf', '[a]', '$(id)', '#x', 'a;b']
    await commit(
      'main',
      paths.map((path) => ({ path, content: `${path}\n` })),
    )
    for (const path of paths) expect((await repository.readFile('main', path))?.toString()).toBe(`${path}\n`)
    expect((await repository.tree('main', '')).map(({ path }) => path).sort()).toEqual([...paths].sort())
    // A path is itself, no pattern of others.
    await commit('main', [{ path: '*.tf', content: null }])
    expect((await repository.tree('main', 'grüße')).map(({ path }) => path)).toEqual(['grüße/日本 語.tf'])
    const bad = [
      '../x',
      '/x',
      'a/../b',
      '-x',
      'a\nb',
      '.git/hooks/x',
      '.GIT/x',
      'a/.git',
      'git~1/x',
      '.git. ',
      'a\\b',
      '',
    ]
    for (const path of bad)
      await expect(
        repository.write({ ...written, parent: null, files: [{ path, content: 'x' }] }),
      ).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
      })
  })

  it('knows branches and whole hashes, and nothing of the language of revisions', async () => {
    const sha = await commit('main', [{ path: 'a', content: '1\n' }])
    expect(await repository.resolve(sha)).toBe(sha)
    const strange = [
      'HEAD',
      'main~0',
      'main^{tree}',
      '@',
      sha.slice(0, 12),
      'refs/heads/main',
      ':/Change',
      '--all',
      '-n1',
      'main:a',
    ]
    for (const ref of strange) expect(await repository.resolve(ref), ref).toBeUndefined()
    for (const name of ['-x', 'a..b', 'a b', 'x.lock', 'HEAD', sha, '', 'a//b', 'a/', '.a', 'a~1', 'é\u0000'])
      await expect(repository.moveBranch(name, sha, null), name).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
      })
    expect(run('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\n')
  })

  it('moves a branch only from where it was seen, and sees what stands in its way', async () => {
    const one = await commit('main', [{ path: 'a', content: '1\n' }])
    const two = await commit('main', [{ path: 'a', content: '2\n' }])
    expect(await repository.moveBranch('main', one, one)).toBe(false)
    expect(await repository.moveBranch('main', one, null)).toBe(false)
    expect(await repository.moveBranch('main/x', two, null)).toBe(false)
    const race = await Promise.all([1, 2, 3, 4].map(() => repository.moveBranch('work', two, null)))
    expect(race.filter(Boolean)).toHaveLength(1)
    expect(await repository.moveBranch('work', null, one)).toBe(false)
    expect(await repository.moveBranch('work', null, two)).toBe(true)
  })

  it('joins what does not touch, says what conflicts, and finds the join again', async () => {
    const base = await commit('main', [
      { path: 'a', content: '1\n' },
      { path: 'b', content: '1\n' },
    ])
    await repository.moveBranch('work', base, null)
    const ours = await commit('work', [{ path: 'a', content: '2\n' }])
    const theirs = await commit('main', [{ path: 'b', content: '2\n' }])
    const joined = await repository.join({ ...written, target: theirs, source: ours })
    expect(joined).toMatch(/^[0-9a-f]{40}$/)
    await repository.moveBranch('main', joined ?? '', theirs)
    const last = await commit('main', [{ path: 'c', content: '1\n' }])
    expect(await repository.joinOf(ours, ours, last)).toBe(joined)
    expect(await repository.joinOf(theirs, ours, last)).toBeUndefined()
    expect((await repository.log(last, { not: theirs, limit: 9 })).map(({ sha }) => sha)).toContain(ours)
    await repository.moveBranch('clash', base, null)
    const clash = await commit('clash', [{ path: 'b', content: '3\n' }])
    expect(await repository.join({ ...written, target: last, source: clash })).toBeUndefined()
    expect(await repository.mergeable(last, clash)).toBe(false)
    expect(await repository.mergeable(last, ours)).toBe(true)
  })

  it('tells files that were added, changed, renamed, deleted, and what is no text', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n')
    const from = await commit('main', [
      { path: 'old name.tf', content: lines },
      { path: 'gone', content: 'x\n' },
      { path: 'changed', content: 'a\n-- b\n@@ -1 +1 @@\ndiff --git a/x b/x\n' },
    ])
    const to = await commit('main', [
      { path: 'old name.tf', content: null },
      { path: 'new name.tf', content: `${lines}!` },
      { path: 'gone', content: null },
      { path: 'binary', content: 'a\u0000b' },
      { path: 'changed', content: 'a\n++ b\r@@ -9 +9 @@\ndiff --git a/y b/y\n' },
    ])
    const diff = await repository.diff(from, to)
    expect(diff).toMatchObject({ baseSha: from, filesTotal: 4, truncated: false })
    const seen = diff.files.map(({ change, oldPath, newPath, binary, added, removed }) => [
      change,
      oldPath,
      newPath,
      binary,
      added,
      removed,
    ])
    expect(seen).toEqual([
      ['ADDED', null, 'binary', true, 0, 0],
      ['CHANGED', 'changed', 'changed', false, 2, 3],
      ['DELETED', 'gone', null, false, 0, 1],
      ['RENAMED', 'old name.tf', 'new name.tf', false, 1, 1],
    ])
    expect(diff.files[1]?.patch).toContain('+diff --git a/y b/y')
    expect((await repository.diff(to, to)).files).toEqual([])
  })

  it('shows a part of a difference that is too large, and says so', async () => {
    const from = await commit('main', [{ path: 'a', content: '1\n' }])
    const large = Array.from({ length: 40_000 }, (_, index) => `${index} ${'x'.repeat(15)}`).join('\n')
    const to = await commit('main', [
      { path: 'large-1', content: large },
      { path: 'large-2', content: large.replaceAll('x', 'y') },
      { path: 'small', content: 's\n' },
    ])
    const { files, truncated } = await repository.diff(from, to)
    expect(truncated).toBe(true)
    expect(files.map(({ newPath, truncated: cut }) => [newPath, cut])).toEqual([
      ['large-1', true],
      ['large-2', true],
      ['small', true],
    ])
    for (const { patch } of files) expect(patch.length).toBeLessThanOrEqual(262_144)
  })

  it('refuses a tree that is too large to be read', async () => {
    const file = (index: number): string => `M 100644 inline ${index % 6}/${index}\ndata 1\nx\n`
    const files = Array.from({ length: 2_400 }, (_, index) => file(index)).join('')
    const head = 'commit refs/heads/main\ncommitter a <a@b> 1700000000 +0000\ndata 1\nm\n'
    execFileSync('git', ['fast-import', '--quiet'], {
      env: { ...process.env, GIT_DIR: place() },
      input: head + files,
    })
    await expect(repository.tree('main', '')).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect(await repository.tree('main', '1')).toHaveLength(400)
    expect((await repository.list('main', '', 3))?.truncated).toBe(true)
  })

  it('follows no configuration, hook or attribute that lies in a repository or at home', async () => {
    const home = mkdtempSync(join(tmpdir(), 'aiops-home-'))
    const trap = join(home, 'trapped')
    const script = join(home, 'trap')
    writeFileSync(script, `#!/bin/sh\ntouch ${trap}\n`)
    chmodSync(script, 0o755)
    writeFileSync(join(home, '.gitconfig'), `[core]\n\thooksPath = ${home}\n[diff]\n\texternal = ${script}\n`)
    const before = process.env.HOME
    process.env.HOME = home
    try {
      const from = await commit('main', [{ path: 'a', content: '1\n' }])
      const to = await commit('main', [
        { path: 'a', content: '2\n' },
        { path: '.gitattributes', content: '* diff=trap\n' },
      ])
      expect((await repository.diff(from, to)).files).toHaveLength(2)
      expect(existsSync(trap)).toBe(false)
    } finally {
      process.env.HOME = before
      rmSync(home, { recursive: true })
    }
  })

  it('ends a program with what asked for it, and its slot is free again', async () => {
    await commit('main', [{ path: 'a', content: '1\n' }])
    const asked: Omit<GitExchange, 'signal'> = {
      ...{ step: 'RECEIVE_PACK', service: 'git-receive-pack', user: 'anna', headers: {} },
      ...{ body: new Uint8Array(Buffer.from('0000')), refused: [], forwardOnly: false },
    }
    for (let round = 0; round < 20; round += 1) {
      const gone = new AbortController()
      const answer = repositories.exchange(key, { ...asked, signal: gone.signal })
      gone.abort()
      await answer.then(
        async ({ done, body }) => {
          await body?.cancel()
          await done
        },
        () => undefined,
      )
    }
    expect(await repository.head('main')).toMatch(/^[0-9a-f]{40}$/)
  })

  it('changes no branch that it was told to refuse, whatever a push asks for', async () => {
    const one = await commit('main', [{ path: 'a', content: '1\n' }])
    const two = await commit('main', [{ path: 'a', content: '2\n' }])
    const push = async (
      ref: string,
      from: string,
      to: string,
      more: Partial<GitExchange>,
    ): Promise<string> => {
      const line = `${from} ${to} ${ref}\0 report-status`
      // With an empty pack: all objects are there already.
      const pack = execFileSync('git', ['pack-objects', '--stdout', '-q'], {
        env: { ...process.env, GIT_DIR: place() },
        input: '',
      })
      const head = `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`
      const answer = await repositories.exchange(key, {
        ...{
          step: 'RECEIVE_PACK',
          service: 'git-receive-pack',
          user: 'anna',
          headers: {},
          signal: new AbortController().signal,
        },
        ...{
          body: new Uint8Array(Buffer.concat([Buffer.from(head), pack])),
          refused: [],
          forwardOnly: false,
          ...more,
        },
      })
      const text = await new Response(answer.body).text()
      await answer.done
      return text
    }
    expect(await push('refs/heads/main', two, one, { refused: ['refs/heads/main'] })).toContain(
      'ng refs/heads/main deny updating a hidden ref',
    )
    expect(await push('refs/heads/main', two, one, { forwardOnly: true })).toContain(
      'ng refs/heads/main non-fast-forward',
    )
    expect(await push('refs/kept/x', '0'.repeat(40), one, {})).toContain(
      'ng refs/kept/x deny updating a hidden ref',
    )
    expect(await repository.head('main')).toBe(two)
    expect(await push('refs/heads/main', two, one, {})).toContain('ok refs/heads/main')
    expect(await repository.head('main')).toBe(one)
  })

  it('says plainly that there is no repository, and no git', async () => {
    await expect(
      repositories.open({ tenant: 'default', project: 'none' }).head('main'),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await repositories.exists({ tenant: 'shop', project: key.project })).toBe(false)
    await expect(repositories.create({ tenant: '../x', project: 'a' }, 'main')).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
    const without = createGitRepositories({ ...deps, program: 'there-is-no-such-git' })
    expect(await without.version()).toBeUndefined()
    await expect(without.create({ tenant: 'default', project: 'x' }, 'main')).rejects.toMatchObject({
      code: 'NOT_READY',
      message: expect.stringContaining('no git program'),
    })
    await expect(without.open(key).head('main')).rejects.toMatchObject({ code: 'NOT_READY' })
    const old = join(folder, 'old-git')
    writeFileSync(old, '#!/bin/sh\necho git version 2.37.9\n')
    chmodSync(old, 0o755)
    expect(await createGitRepositories({ ...deps, program: old }).version()).toBeUndefined()
  })

  it('packs what has piled up, and loses nothing', async () => {
    const sha = await commit('main', [{ path: 'a', content: '1\n' }])
    await repositories.tidy(key)
    expect(await repository.head('main')).toBe(sha)
  })
})
