import { describe, expect, it } from 'vitest'
import { RepositoriesConfig, RepositoryConfig } from './repository-config.ts'

const gitlab = { name: 'infra', forge: 'GITLAB', project: 'group/infra', token_secret: 'GITLAB_TOKEN' }

describe('a repository in the configuration', () => {
  it('needs little, and says what it took for the rest', () => {
    expect(RepositoryConfig.parse(gitlab)).toMatchObject({
      tenant: 'default',
      url: '',
      stacks: [],
      trust_approval_time: false,
    })
  })

  it.each([
    ['a forge elsewhere without a token', { ...gitlab, token_secret: undefined }],
    ['the token itself in place of its name', { ...gitlab, token_secret: 'glpat-AbC' }],
    ['a password in the address', { ...gitlab, url: 'https://me:secret@gitlab.example' }],
    ['another protocol', { ...gitlab, url: 'file:///etc/passwd' }],
    ['Gitea without an address', { ...gitlab, forge: 'GITEA' }],
    ['a group at GitHub', { ...gitlab, forge: 'GITHUB', project: 'a/b/c' }],
    ['a folder outside of the repository', { ...gitlab, stacks: [{ name: 'prod', folder: '../prod' }] }],
    ['two stacks of one name', { ...gitlab, stacks: [{ name: 'prod' }, { name: 'prod' }] }],
    ['a setting that does not exist', { ...gitlab, token: 'x' }],
  ])('refuses %s', (_, entry) => {
    expect(RepositoryConfig.safeParse(entry).success).toBe(false)
  })

  it('refuses two of one name, but in two tenants', () => {
    expect(RepositoriesConfig.safeParse([gitlab, gitlab]).success).toBe(false)
    expect(RepositoriesConfig.safeParse([gitlab, { ...gitlab, tenant: 'other' }]).success).toBe(true)
  })

  it('describes each of its settings', () => {
    for (const [name, setting] of Object.entries(RepositoryConfig.shape))
      expect(setting.description, name).toMatch(/\S/)
  })
})
