// The GitHub REST API (2022-11-28) as a forge: github.com and Enterprise Server.
export { createGithubForge, type GithubSettings } from './forge.ts'
export { readGithubHook } from './hook.ts'
