/** The workspaces of this user: what their sidebar shows, the page of one, and the counts on it. */
import type { WorkspaceCount, WorkspaceEntry, WorkspacePage } from '../meta/workspace-types.ts';
import { request } from './client.ts';

export interface WorkspaceList {
  items: readonly WorkspaceEntry[];
  may_create: boolean;
  may_publish: boolean;
}

const PATH = '/api/v1/settings/workspaces';

export function listWorkspaces(): Promise<WorkspaceList> {
  return request('GET', PATH);
}

export function getWorkspace(name: string): Promise<WorkspacePage> {
  return request('GET', `${PATH}/${encodeURIComponent(name)}`);
}

/** By the id of the shortcut. */
export async function getWorkspaceCounts(name: string): Promise<Readonly<Record<string, WorkspaceCount>>> {
  return (
    await request<{ counts: Record<string, WorkspaceCount> }>('GET', `${PATH}/${encodeURIComponent(name)}/counts`)
  ).counts;
}
