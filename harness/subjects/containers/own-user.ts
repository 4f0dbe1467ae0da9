/** Whom containers run as: files in the folder of the run are to belong to the harness. */
export function ownUser(): string | null {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  return uid === undefined || gid === undefined ? null : `${uid}:${gid}`;
}
