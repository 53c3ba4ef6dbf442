// Command tlogcheck checks a copy of Sunlit's log, and receipts from it, with code that Sunlit's authors did not write:
// signed notes and Merkle trees are those of the Go project (golang.org/x/mod/sumdb/note and sumdb/tlog).
//
//	tlogcheck -dir COPY [-vkey KEY] [-old CHECKPOINT]... [-proof FILE]...
//	tlogcheck -vkey KEY -proof FILE...
//
// COPY is what `sunlit ledger export` writes, or a mirror of /ledger. Exit status 0: all is proved; 1: something is not.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	proofMagic = "c2sp.org/tlog-proof@v1"
)

// files is a flag that may be given several times.
type files []string

func (f *files) String() string     { return strings.Join(*f, ",") }
func (f *files) Set(s string) error { *f = append(*f, s); return nil }

func main() {
	var old, proofs files
	dir := flag.String("dir", "", "directory with checkpoint, vkey and tile/")
	vkey := flag.String("vkey", "", "verifier key; by default the file vkey in the directory")
	flag.Var(&old, "old", "an earlier checkpoint, which the log must extend")
	flag.Var(&proofs, "proof", "a .tlog-proof file that carries its entry")
	flag.Parse()
	if err := run(*dir, *vkey, old, proofs); err != nil {
		fmt.Fprintf(os.Stderr, "tlogcheck: %v\n", err)
		os.Exit(1)
	}
}

func run(dir, vkey string, old, proofs files) error {
	if vkey == "" {
		data, err := os.ReadFile(filepath.Join(dir, "vkey"))
		if err != nil {
			return err
		}
		vkey = strings.TrimSpace(string(data))
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return fmt.Errorf("vkey: %w", err)
	}
	if dir != "" {
		if err := checkLog(dir, verifier, old); err != nil {
			return err
		}
	}
	for _, name := range proofs {
		if err := checkProof(name, verifier); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// checkLog recomputes the root from the entries, reads every leaf hash through the tiles, and checks earlier checkpoints.
func checkLog(dir string, verifier note.Verifier, old files) error {
	raw, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(raw, verifier)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	var stored hashes
	reader := tlog.TileHashReader(tree, tileDir(dir))
	for start := int64(0); start < tree.N; start += tileWidth {
		if stored, err = checkTile(dir, tree, start, stored, reader); err != nil {
			return err
		}
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries give the root %v, the checkpoint says %v", root, tree.Hash)
	}
	fmt.Printf("log: %d entries give the signed root %v of %s\n", tree.N, root, verifier.Name())
	for _, name := range old {
		if err := checkOld(name, verifier, tree, reader); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// checkTile adds the entries of one entries tile to the stored hashes and compares each with its hash in the tiles.
func checkTile(dir string, tree tlog.Tree, start int64, stored hashes, reader tlog.HashReader) (hashes, error) {
	width := tree.N - start
	if width > tileWidth {
		width = tileWidth
	}
	entries, err := readEntries(dir, start/tileWidth, int(width))
	if err != nil {
		return nil, err
	}
	indexes := make([]int64, width)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, start+int64(i))
	}
	leaves, err := reader.ReadHashes(indexes) // proves the tiles against the checkpoint before it returns them
	if err != nil {
		return nil, fmt.Errorf("tiles of entries %d to %d: %w", start, start+width-1, err)
	}
	for i, entry := range entries {
		if tlog.RecordHash(entry) != leaves[i] {
			return nil, fmt.Errorf("entry %d is not what the tiles hold at its place", start+int64(i))
		}
		more, err := tlog.StoredHashes(start+int64(i), entry, stored)
		if err != nil {
			return nil, err
		}
		stored = append(stored, more...)
	}
	return stored, nil
}

// checkOld proves that the log extends an earlier checkpoint.
func checkOld(name string, verifier note.Verifier, tree tlog.Tree, reader tlog.HashReader) error {
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	old, err := openCheckpoint(raw, verifier)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return err
	}
	fmt.Printf("consistent: the %d entries of %s begin the log\n", old.N, name)
	return nil
}

// checkProof checks one proof file by itself.
func checkProof(name string, verifier note.Verifier) error {
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	index, proof, entry, checkpoint, err := parseProof(raw)
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(checkpoint, verifier)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	fmt.Printf("proof: entry %d of %d: %s\n", index, tree.N, entry)
	return nil
}

// openCheckpoint verifies a signed note and reads the tree that it states.
func openCheckpoint(raw []byte, verifier note.Verifier) (tlog.Tree, error) {
	signed, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("it is not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("%q is not a size", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// parseProof reads a .tlog-proof file whose extra line is the entry.
func parseProof(raw []byte) (index int64, proof tlog.RecordProof, entry, checkpoint []byte, err error) {
	head, checkpoint, found := bytes.Cut(raw, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 3 || lines[0] != proofMagic || !strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return 0, nil, nil, nil, errors.New("it is not a proof file with an extra and an index line")
	}
	if entry, err = base64.StdEncoding.DecodeString(lines[1][len("extra "):]); err != nil {
		return 0, nil, nil, nil, err
	}
	if index, err = strconv.ParseInt(lines[2][len("index "):], 10, 64); err != nil {
		return 0, nil, nil, nil, err
	}
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, nil, nil, err
		}
		proof = append(proof, hash)
	}
	return index, proof, entry, checkpoint, nil
}

// readEntries reads one entries tile: each entry stands behind its length as big-endian uint16.
func readEntries(dir string, number int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: -1, N: number, W: width}
	data, err := os.ReadFile(tilePath(dir, tile))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s ends in the middle of an entry", tilePath(dir, tile))
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end])
		data = data[end:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("%s holds %d entries, not %d", tilePath(dir, tile), len(entries), width)
	}
	return entries, nil
}

// tilePath returns where C2SP tlog-tiles puts a tile: Go's own layout without the height, and with another word for data.
func tilePath(dir string, tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	return filepath.Join(dir, "tile", strings.Replace(path, "data/", "entries/", 1))
}

// tileDir reads tiles from a directory.
type tileDir string

func (d tileDir) Height() int { return tileHeight }

func (d tileDir) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if data[i], err = os.ReadFile(tilePath(string(d), tile)); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (d tileDir) SaveTiles([]tlog.Tile, [][]byte) {}

// hashes keeps the stored hashes of a tree in memory.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(h)) {
			return nil, fmt.Errorf("hash %d is not known yet", index)
		}
		found[i] = h[index]
	}
	return found, nil
}
