/**
 * The form of the database, as numbered steps. A step that was published is never changed; a new
 * form is a new step at the end. Each runs in a transaction of its own.
 */
export const migrations: readonly string[] = [
  // 1: folders, photos, vectors, problems, clusters.
  `
  CREATE TABLE library (
    -- One row. The id tells libraries apart whose photo ids coincide.
    id TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    offline INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE photos (
    -- Never used again, and one content for ever: changed content is another photo.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder_id INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    relative_path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    taken_at INTEGER,
    UNIQUE (folder_id, relative_path)
  ) STRICT;
  CREATE INDEX photos_by_content ON photos (sha256);

  CREATE TABLE methods (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    -- Another version of a method makes vectors that cannot be compared with the older ones.
    version TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    UNIQUE (name, version)
  ) STRICT;

  CREATE TABLE vectors (
    id INTEGER PRIMARY KEY,
    method_id INTEGER NOT NULL REFERENCES methods (id) ON DELETE CASCADE,
    photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    -- float32, little-endian, of length 1.
    vector BLOB NOT NULL,
    UNIQUE (method_id, photo_id)
  ) STRICT;
  CREATE INDEX vectors_by_photo ON vectors (photo_id);

  CREATE TABLE problems (
    folder_id INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    relative_path TEXT NOT NULL,
    -- Of the file when it was tried, so that only a changed file is tried again.
    bytes INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (folder_id, relative_path)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE cluster_runs (
    id INTEGER PRIMARY KEY,
    method_id INTEGER NOT NULL UNIQUE REFERENCES methods (id) ON DELETE CASCADE,
    epsilon REAL NOT NULL,
    min_photos INTEGER NOT NULL,
    chosen TEXT NOT NULL CHECK (chosen IN ('automatic', 'given')),
    curve TEXT NOT NULL,
    -- Photo ids, uint32, little-endian.
    noise BLOB NOT NULL
  ) STRICT;

  CREATE TABLE clusters (
    run_id INTEGER NOT NULL REFERENCES cluster_runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    -- Photo ids, uint32, the cover first and then by similarity to it; and those similarities, float32.
    photo_ids BLOB NOT NULL,
    similarities BLOB NOT NULL,
    PRIMARY KEY (run_id, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE cluster_names (
    -- A name belongs to the photos it was given to, and finds them again in another run.
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    photo_ids BLOB NOT NULL,
    -- The newest photo of the library when the name was given.
    newest_photo_id INTEGER NOT NULL
  ) STRICT;
  `,

  // 2: clusters by k-means beside DBSCAN. A column cannot be made nullable, so both tables are made
  // anew; the child goes first, or dropping its parent would delete its rows.
  `
  CREATE TABLE new_cluster_runs (
    id INTEGER PRIMARY KEY,
    method_id INTEGER NOT NULL UNIQUE REFERENCES methods (id) ON DELETE CASCADE,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('dbscan', 'k-means')),
    chosen TEXT NOT NULL CHECK (chosen IN ('automatic', 'given')),
    curve TEXT NOT NULL,
    -- Photo ids, uint32, little-endian.
    noise BLOB NOT NULL,
    -- DBSCAN's.
    epsilon REAL,
    min_photos INTEGER,
    -- Those of k-means; centres: float32, little-endian, one after the other in the order of clusters.
    k INTEGER,
    inertia REAL,
    centres BLOB,
    CHECK (
      CASE algorithm
        WHEN 'dbscan' THEN epsilon IS NOT NULL AND min_photos IS NOT NULL
        ELSE k IS NOT NULL AND inertia IS NOT NULL AND centres IS NOT NULL
      END
    )
  ) STRICT;
  INSERT INTO new_cluster_runs (id, method_id, algorithm, chosen, curve, noise, epsilon, min_photos)
    SELECT id, method_id, 'dbscan', chosen, curve, noise, epsilon, min_photos FROM cluster_runs;

  CREATE TABLE new_clusters (
    run_id INTEGER NOT NULL REFERENCES new_cluster_runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    -- Photo ids, uint32, the cover first and then by similarity to it; and those similarities, float32.
    photo_ids BLOB NOT NULL,
    similarities BLOB NOT NULL,
    PRIMARY KEY (run_id, number)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_clusters SELECT run_id, number, photo_ids, similarities FROM clusters;

  DROP TABLE clusters;
  DROP TABLE cluster_runs;
  ALTER TABLE new_cluster_runs RENAME TO cluster_runs;
  ALTER TABLE new_clusters RENAME TO clusters;
  `,

  // 3: maps, and the groups of photos that people name on them.
  `
  CREATE TABLE maps (
    method_id INTEGER NOT NULL REFERENCES methods (id) ON DELETE CASCADE,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('t-sne', 'umap')),
    -- Perplexity or neighbours, and the seed, as JSON.
    settings TEXT NOT NULL,
    -- Photo ids, uint32, and the place of each, x and y, float32; little-endian.
    photo_ids BLOB NOT NULL,
    coordinates BLOB NOT NULL,
    -- Null where there were too few photos to tell.
    trustworthiness REAL,
    PRIMARY KEY (method_id, algorithm)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE selections (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- Photo ids, uint32, little-endian.
    photo_ids BLOB NOT NULL
  ) STRICT;
  `,

  // 4: methods whose vectors are of faces; of those, clusters hold face ids in the place of photo ids.
  `
  CREATE TABLE faces (
    -- Never used again. Those of a photo rise from the largest face to the smallest.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    method_id INTEGER NOT NULL REFERENCES methods (id) ON DELETE CASCADE,
    photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    -- Upper left corner and size, in shares of the photo's width and height.
    x REAL NOT NULL,
    y REAL NOT NULL,
    width REAL NOT NULL,
    height REAL NOT NULL,
    -- How sure it is that this is a face, 0 to 1.
    score REAL NOT NULL,
    -- float32, little-endian, of length 1.
    vector BLOB NOT NULL
  ) STRICT;
  CREATE INDEX faces_by_method ON faces (method_id);
  CREATE INDEX faces_by_photo ON faces (photo_id);

  CREATE TABLE looked_for_faces (
    -- Photos without faces stand here, too, so that they are not looked at again.
    method_id INTEGER NOT NULL REFERENCES methods (id) ON DELETE CASCADE,
    photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    PRIMARY KEY (method_id, photo_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX looked_for_faces_by_photo ON looked_for_faces (photo_id);

  -- What a name was given to; of faces, its ids are those of faces.
  ALTER TABLE cluster_names ADD COLUMN finds TEXT NOT NULL DEFAULT 'photos'
    CHECK (finds IN ('photos', 'faces'));
  `,

  // 5: what people say of two photos: that they are alike, or not.
  `
  CREATE TABLE marks (
    -- Never used again.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SHA-256 of the two contents, the smaller one first. So a mark holds for all copies, and is there
    -- again when photos come back that were away.
    first BLOB NOT NULL CHECK (length(first) = 32),
    second BLOB NOT NULL CHECK (length(second) = 32),
    alike INTEGER NOT NULL CHECK (alike IN (0, 1)),
    -- Milliseconds since 1970, UTC.
    marked_at INTEGER NOT NULL,
    CHECK (first < second),
    UNIQUE (first, second)
  ) STRICT;
  CREATE INDEX marks_by_second ON marks (second);
  `,

  // 6: the order by time, with all that a list by time shows, so that the photos themselves need not
  // be read for it.
  `
  CREATE INDEX photos_by_time
    ON photos (coalesce(taken_at, modified_at) DESC, id DESC, folder_id, width, height);
  `,

  // 7: what one pass over the vectors of a method finds, from which DBSCAN is answered for every ε.
  `
  CREATE TABLE cluster_passes (
    method_id INTEGER NOT NULL REFERENCES methods (id) ON DELETE CASCADE,
    min_photos INTEGER NOT NULL,
    -- What it is of: photo ids (of faces: face ids), uint32, rising; rows are places among them. All
    -- numbers are little-endian.
    ids BLOB NOT NULL,
    -- The nearest other rows of each, at least min_photos - 1, int32, and their distances, float64.
    near_rows BLOB NOT NULL,
    near_distances BLOB NOT NULL,
    -- The spanning forest: rows, uint32, and weights, float64, rising.
    edges_from BLOB NOT NULL,
    edges_to BLOB NOT NULL,
    edge_weights BLOB NOT NULL,
    PRIMARY KEY (method_id, min_photos)
  ) STRICT;
  `,
];

/** The same for the thumbnails, which are in a file of their own. */
export const thumbnailMigrations: readonly string[] = [
  // 1: by content, so that copies share one and a moved photo keeps it.
  `
  CREATE TABLE thumbnails (
    sha256 BLOB PRIMARY KEY,
    webp BLOB NOT NULL
  ) STRICT;
  `,
];
