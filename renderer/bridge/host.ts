/**
 * What the interface needs of its host. Everything else of the renderer takes a `Host`, so it cannot
 * tell a browser from a desktop window but by what the contract says that a host can do; and tests
 * hand in one of their own.
 */
import type {
  Folder,
  HostCommand,
  HostParams,
  HostRequestName,
  HostResult,
  LibraryClient,
} from '../../engine/contract.ts';

/** `refused`: the program is there, but this page may not talk to it (its address has no token). */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused';

/** A library behind a host, and what that host can do besides. */
export interface Host extends LibraryClient {
  readonly pictures: PictureAddresses;
  /** Asks the host itself. All answer `host.get`, which says what else can be asked. */
  ask<Name extends HostRequestName>(
    name: Name,
    params: HostParams<Name>,
  ): Promise<HostResult<Name>>;
  /** Tells the present state at once, then every change, until the returned function is called. */
  onConnection(listener: (connection: Connection) => void): () => void;
  /** Tells what the person chooses in the program's menu. */
  onCommand(listener: (command: HostCommand) => void): void;
  /** Adds a folder that was dropped, where the host can tell its place. */
  dropFolder?(file: File): Promise<Folder>;
}

/** The addresses of pictures, below that of the page; every host answers them. */
export interface PictureAddresses {
  /** Of a photo's thumbnail, 512 px on the long side. */
  thumbnail(libraryId: string, photo: number): string;
  /** Of a photo, made for the screen, at most `side` px on the long side. */
  photo(libraryId: string, photo: number, side: number): string;
  /** The same of a query from outside the library, by the id of its picture. */
  query(libraryId: string, picture: string, side: number): string;
}

export const pictureAddresses: PictureAddresses = {
  thumbnail: (libraryId, photo) => `/pictures/${libraryId}/${photo}/thumbnail`,
  photo: (libraryId, photo, side) => `/pictures/${libraryId}/${photo}/photo?side=${side}`,
  query: (libraryId, picture, side) =>
    `/pictures/${libraryId}/queries/${encodeURIComponent(picture)}?side=${side}`,
};
