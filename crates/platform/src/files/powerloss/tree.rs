//! Folders and files with two faces each: as the running program sees them, and as they stand on the medium.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Position of a node in [`Tree::nodes`].
pub(super) type NodeId = usize;

const ROOT: NodeId = 0;

#[derive(Debug, Clone)]
pub(super) struct Tree {
    /// Never removed from, so that an open handle of a removed file stays valid.
    pub(super) nodes: Vec<Node>,
    /// Changes of names that no folder sync has made durable, oldest first.
    pub(super) pending: Vec<Renaming>,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    File(File),
    Folder(Folder),
}

#[derive(Debug, Clone, Default)]
pub(super) struct File {
    pub(super) now: Vec<u8>,
    pub(super) durable: Vec<u8>,
    pub(super) dirty: bool,
    /// A sync failed: the system believes these bytes are on the medium, and they never will be.
    pub(super) sync_failed: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Folder {
    pub(super) now: BTreeMap<String, NodeId>,
    pub(super) durable: BTreeMap<String, NodeId>,
}

/// Names that change together or not at all: one for a creation or removal, two for a rename.
pub(super) type Renaming = Vec<NameSet>;

#[derive(Debug, Clone)]
pub(super) struct NameSet {
    folder: NodeId,
    name: String,
    node: Option<NodeId>,
}

impl Default for Tree {
    fn default() -> Self {
        Self { nodes: vec![Node::Folder(Folder::default())], pending: Vec::new() }
    }
}

impl Tree {
    pub(super) fn create_dir_all(&mut self, path: &Path) -> io::Result<()> {
        let mut at = ROOT;
        for name in names(path)? {
            at = match self.folder(at, path)?.now.get(name) {
                Some(node) => *node,
                None => self.add(at, name, Node::Folder(Folder::default())),
            };
        }
        self.folder(at, path).map(|_| ())
    }

    pub(super) fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        Ok(self.folder(self.find(dir)?, dir)?.now.keys().cloned().collect())
    }

    pub(super) fn exists(&self, path: &Path) -> io::Result<bool> {
        match self.find(path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.nodes.get(self.find(path)?) {
            Some(Node::File(file)) => Ok(file.now.clone()),
            Some(Node::Folder(_)) | None => Err(problem(io::ErrorKind::IsADirectory, path)),
        }
    }

    /// Makes or empties a file; also says how many bytes that freed.
    pub(super) fn create(&mut self, path: &Path) -> io::Result<(NodeId, u64)> {
        let (folder, name) = self.parent(path)?;
        let Some(node) = self.folder(folder, path)?.now.get(&name).copied() else {
            return Ok((self.add(folder, &name, Node::File(File::default())), 0));
        };
        let file = self.file_mut(node, path)?;
        let freed = file.now.len() as u64;
        file.now.clear();
        file.dirty = true;
        file.sync_failed = false;
        Ok((node, freed))
    }

    pub(super) fn write(&mut self, node: NodeId, position: usize, bytes: &[u8]) {
        let Some(Node::File(file)) = self.nodes.get_mut(node) else { return };
        let end = position + bytes.len();
        if file.now.len() < end {
            file.now.resize(end, 0);
        }
        file.now[position..end].copy_from_slice(bytes);
        file.dirty = true;
    }

    pub(super) fn sync(&mut self, path: &Path) -> io::Result<()> {
        let node = self.find(path)?;
        let file = self.file_mut(node, path)?;
        if !file.sync_failed {
            file.durable.clone_from(&file.now);
            file.dirty = false;
        }
        Ok(())
    }

    pub(super) fn fail_sync(&mut self, path: &Path) -> io::Result<()> {
        let node = self.find(path)?;
        self.file_mut(node, path)?.sync_failed = true;
        Ok(())
    }

    pub(super) fn sync_dir(&mut self, dir: &Path) -> io::Result<()> {
        let folder = self.find(dir)?;
        self.folder(folder, dir)?;
        let mut at = 0;
        while let Some(change) = self.pending.get(at) {
            if change.iter().any(|name| name.folder == folder) {
                self.make_durable(at);
            } else {
                at += 1;
            }
        }
        Ok(())
    }

    /// Puts a pending change of names on the medium. Older changes of the same names are history.
    pub(super) fn make_durable(&mut self, position: usize) {
        for set in self.pending.remove(position) {
            for older in self.pending.iter_mut().take(position) {
                older.retain(|name| (name.folder, &name.name) != (set.folder, &set.name));
            }
            if let Some(Node::Folder(folder)) = self.nodes.get_mut(set.folder) {
                assign(&mut folder.durable, set.name, set.node);
            }
        }
    }

    /// Renames and says how many bytes the replaced file freed.
    pub(super) fn rename(&mut self, from: &Path, to: &Path) -> io::Result<u64> {
        let node = self.find(from)?;
        let (from_folder, from_name) = self.parent(from)?;
        let (to_folder, to_name) = self.parent(to)?;
        let replaced = self.folder(to_folder, to)?.now.get(&to_name).copied();
        let freed = replaced.filter(|replaced| *replaced != node).map_or(0, |replaced| self.size(replaced));
        self.set_names(vec![
            NameSet { folder: from_folder, name: from_name, node: None },
            NameSet { folder: to_folder, name: to_name, node: Some(node) },
        ]);
        Ok(freed)
    }

    /// Removes a file and says how many bytes that freed.
    pub(super) fn remove(&mut self, path: &Path) -> io::Result<u64> {
        let node = self.find(path)?;
        self.file_mut(node, path)?;
        let (folder, name) = self.parent(path)?;
        self.set_names(vec![NameSet { folder, name, node: None }]);
        Ok(self.size(node))
    }

    /// Removes a folder from the leaves up, as a program does it, and says how many bytes that freed.
    pub(super) fn remove_dir_all(&mut self, path: &Path) -> io::Result<u64> {
        let mut freed = 0;
        for name in self.list(path)? {
            let child = path.join(name);
            freed += match self.nodes.get(self.find(&child)?) {
                Some(Node::Folder(_)) => self.remove_dir_all(&child)?,
                Some(Node::File(_)) | None => self.remove(&child)?,
            };
        }
        let (folder, name) = self.parent(path)?;
        self.set_names(vec![NameSet { folder, name, node: None }]);
        Ok(freed)
    }

    pub(super) fn damage(&mut self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let node = self.find(path)?;
        let file = self.file_mut(node, path)?;
        change(&mut file.now);
        file.durable.clone_from(&file.now);
        Ok(())
    }

    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        self.collect(ROOT, Path::new("/"), &mut paths);
        paths.sort_unstable();
        paths
    }

    fn collect(&self, node: NodeId, path: &Path, paths: &mut Vec<PathBuf>) {
        match self.nodes.get(node) {
            Some(Node::Folder(folder)) => {
                for (name, child) in &folder.now {
                    self.collect(*child, &path.join(name), paths);
                }
            }
            Some(Node::File(_)) => paths.push(path.to_path_buf()),
            None => {}
        }
    }

    fn add(&mut self, folder: NodeId, name: &str, node: Node) -> NodeId {
        self.nodes.push(node);
        let id = self.nodes.len() - 1;
        self.set_names(vec![NameSet { folder, name: name.to_owned(), node: Some(id) }]);
        id
    }

    fn set_names(&mut self, change: Renaming) {
        for set in &change {
            if let Some(Node::Folder(folder)) = self.nodes.get_mut(set.folder) {
                assign(&mut folder.now, set.name.clone(), set.node);
            }
        }
        self.pending.push(change);
    }

    fn find(&self, path: &Path) -> io::Result<NodeId> {
        names(path)?.into_iter().try_fold(ROOT, |at, name| {
            let found = self.folder(at, path)?.now.get(name).copied();
            found.ok_or_else(|| problem(io::ErrorKind::NotFound, path))
        })
    }

    fn parent(&self, path: &Path) -> io::Result<(NodeId, String)> {
        let mut names = names(path)?;
        let Some(name) = names.pop() else { return Err(problem(io::ErrorKind::InvalidInput, path)) };
        let parent =
            self.find(&names.iter().collect::<PathBuf>()).map_err(|error| problem(error.kind(), path))?;
        Ok((parent, name.to_owned()))
    }

    fn folder(&self, node: NodeId, path: &Path) -> io::Result<&Folder> {
        match self.nodes.get(node) {
            Some(Node::Folder(folder)) => Ok(folder),
            Some(Node::File(_)) | None => Err(problem(io::ErrorKind::NotADirectory, path)),
        }
    }

    fn file_mut(&mut self, node: NodeId, path: &Path) -> io::Result<&mut File> {
        match self.nodes.get_mut(node) {
            Some(Node::File(file)) => Ok(file),
            Some(Node::Folder(_)) | None => Err(problem(io::ErrorKind::IsADirectory, path)),
        }
    }

    fn size(&self, node: NodeId) -> u64 {
        match self.nodes.get(node) {
            Some(Node::File(file)) => file.now.len() as u64,
            Some(Node::Folder(_)) | None => 0,
        }
    }
}

fn assign(names: &mut BTreeMap<String, NodeId>, name: String, node: Option<NodeId>) {
    match node {
        Some(node) => names.insert(name, node),
        None => names.remove(&name),
    };
}

fn names(path: &Path) -> io::Result<Vec<&str>> {
    let mut names = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => {
                names.push(name.to_str().ok_or_else(|| problem(io::ErrorKind::InvalidInput, path))?);
            }
            Component::RootDir | Component::CurDir => {}
            Component::ParentDir | Component::Prefix(_) => {
                return Err(problem(io::ErrorKind::InvalidInput, path));
            }
        }
    }
    Ok(names)
}

fn problem(kind: io::ErrorKind, path: &Path) -> io::Error {
    io::Error::new(kind, format!("{}: {kind}", path.display()))
}
