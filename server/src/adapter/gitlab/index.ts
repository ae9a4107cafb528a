// The GitLab REST API, version 4, as a forge. Free and paid tiers, gitlab.com and self-managed, with or without a path before /api.
export { createGitlabForge, type GitlabSettings } from './forge.ts'
export { readGitlabHook } from './hook.ts'
